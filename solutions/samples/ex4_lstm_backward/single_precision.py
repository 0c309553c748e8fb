# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    *arrays, parameters = cache
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt = (one.astype(np.float32) for one in arrays)
    da_next, dc_next = np.float32(da_next), np.float32(dc_next)
    n_a = a_next.shape[0]
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    dz = {
        "f": dc * c_prev * ft * (1 - ft),
        "i": dc * cct * it * (1 - it),
        "c": dc * it * (1 - cct**2),
        "o": da_next * tanh_c * ot * (1 - ot),
    }
    concat = np.concatenate((a_prev, xt), axis=0)
    dconcat = sum(parameters["W" + g].astype(np.float32).T @ dz[g] for g in dz)
    gradients = {"dxt": dconcat[n_a:], "da_prev": dconcat[:n_a], "dc_prev": dc * ft}
    for g in dz:
        gradients["dW" + g] = dz[g] @ concat.T
        gradients["db" + g] = dz[g].sum(axis=1, keepdims=True)
    return gradients
