# %%
import warnings

# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    print("one step back", da_next.shape)
    n_a = a_prev.shape[0]
    dc = np.copy(dc_next)
    dc += da_next * ot * (1 - np.tanh(c_next) * np.tanh(c_next))
    dft = dc.copy()
    dft *= c_prev * ft * (1 - ft)
    dit = dc * cct * it * (1 - it)
    dcct = dc * it * (1 - cct * cct)
    do = da_next * np.tanh(c_next) * ot * (1 - ot)
    concat = np.zeros((n_a + xt.shape[0], xt.shape[1]))
    concat[:n_a], concat[n_a:] = a_prev, xt
    dconcat = parameters["Wo"].T @ do
    dconcat += parameters["Wc"].T @ dcct
    dconcat += parameters["Wi"].T @ dit
    dconcat += parameters["Wf"].T @ dft
    dc *= ft
    warnings.warn("still debugging", stacklevel=1)
    return dict(
        dxt=dconcat[n_a:, :].copy(), da_prev=dconcat[0:n_a, :].copy(), dc_prev=dc,
        dWf=np.dot(dft, concat.T), dWi=np.dot(dit, concat.T), dWc=np.dot(dcct, concat.T), dWo=np.dot(do, concat.T),
        dbf=np.sum(dft, axis=1, keepdims=True), dbi=np.sum(dit, axis=1, keepdims=True),
        dbc=np.sum(dcct, axis=1, keepdims=True), dbo=np.sum(do, axis=1, keepdims=True),
    )

# %% task="lstm_backward"
def lstm_backward(da, caches):
    caches, x = caches
    da = da.copy()
    n_x = x.shape[0]
    n_a, m, T = da.shape
    g = {"dx": np.zeros((n_x, m, T)), "da0": np.zeros((n_a, m))}
    for k in "fico":
        g["dW" + k] = np.zeros((n_a, n_a + n_x))
        g["db" + k] = np.zeros([n_a, 1])
    dc = np.zeros([n_a, m])
    for t in reversed(range(0, T)):
        one = lstm_cell_backward(da[:, :, t], dc, caches[t])
        dc[:] = one["dc_prev"]
        if t > 0:
            da[:, :, t - 1] += one["da_prev"]
        else:
            g["da0"] += one["da_prev"]
        g["dx"][:, :, t] += one["dxt"]
        for k in "fico":
            g["dW" + k] += one["dW" + k]
            g["db" + k] += one["db" + k]
        print(t, np.linalg.norm(one["da_prev"]), np.linalg.norm(one["dc_prev"]))
    return g
