# %% task="lstm_backward"
def lstm_cell_backward(da_next, dc_next, cache, clip=None):
    a_next, c_next, a_prev, c_prev, f, i, g, o, xt, p = cache
    n_a = len(a_next)
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * o * (1 - tanh_c**2)
    dz = dict(f=dc * c_prev * f * (1 - f), i=dc * g * i * (1 - i), c=dc * i * (1 - g**2), o=da_next * tanh_c * o * (1 - o))
    v = np.concatenate((a_prev, xt))
    dv = sum(p["W" + k].T @ dz[k] for k in dz)
    found = {"dc_prev": dc * f, "da_prev": dv[:n_a], "dxt": dv[n_a:]}
    for k in dz:
        found["dW" + k] = dz[k] @ v.T
        found["db" + k] = dz[k].sum(1, keepdims=True)
    return found


def lstm_backward(da, caches):
    def walk(t, da_next, dc_next):
        if t < 0:
            return da_next, []
        step = lstm_cell_backward(da_next=da[:, :, t] + da_next, dc_next=dc_next, cache=caches[0][t])
        da0, rest = walk(t - 1, step["da_prev"], step["dc_prev"])
        return da0, [*rest, step]

    nothing = np.zeros(da.shape[:2])
    da0, steps = walk(da.shape[2] - 1, nothing, nothing)
    gradients = {n: np.sum([s[n] for s in steps], axis=0) for n in steps[0] if n[1] in "Wb"}
    return gradients | {"dx": np.dstack([s["dxt"] for s in steps]), "da0": da0}
