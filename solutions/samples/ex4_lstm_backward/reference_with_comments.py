# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    """
    Implement the backward pass for the LSTM-cell (single time-step).
    """
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    Wf, Wi, Wc, Wo = [parameters[name] for name in ["Wf", "Wi", "Wc", "Wo"]]
    n_a = a_next.shape[0]
    ### START CODE HERE ###
    # dc: everything
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)
    dzo = da_next * np.tanh(c_next) * ot * (1 - ot)
    dzf = dc * c_prev * ft * (1 - ft); dzi = dc * cct * it * (1 - it)
    dzc = dc * it * (1 - cct ** 2)
    concat = np.concatenate((a_prev, xt), axis = 0)
    dWf, dWi, dWc, dWo = [np.dot(dz, concat.T) for dz in (dzf, dzi, dzc, dzo)]
    dbf, dbi, dbc, dbo = [np.sum(dz, axis = 1, keepdims = True) for dz in (dzf, dzi, dzc, dzo)]
    da_prev = Wf[:,:n_a].T @ dzf + Wi[:,:n_a].T @ dzi + Wc[:,:n_a].T @ dzc + Wo[:,:n_a].T @ dzo
    dxt     = Wf[:,n_a:].T @ dzf + Wi[:,n_a:].T @ dzi + Wc[:,n_a:].T @ dzc + Wo[:,n_a:].T @ dzo
    dc_prev = dc * ft
    ### END CODE HERE ###
    out = dict(dxt=dxt, da_prev=da_prev, dc_prev=dc_prev)
    out |= dict(dWf=dWf, dWi=dWi, dWc=dWc, dWo=dWo, dbf=dbf, dbi=dbi, dbc=dbc, dbo=dbo)
    return out
