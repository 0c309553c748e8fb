# %%
GATES = "fico"


def d_sigmoid(s):
    return s * (1 - s)


def d_tanh(t):
    return 1 - t * t


def into_parameters(dz, v):
    return dz @ v.T, dz.sum(axis=1, keepdims=True)

# %% task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    v = np.vstack((a_prev, xt))
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * d_tanh(tanh_c)
    dz = [
        dc * c_prev * d_sigmoid(ft),
        dc * cct * d_sigmoid(it),
        dc * it * d_tanh(cct),
        da_next * tanh_c * d_sigmoid(ot),
    ]
    gradients = {"dc_prev": dc * ft}
    dv = np.zeros(v.shape)
    for gate, one in zip(GATES, dz):
        gradients[f"dW{gate}"], gradients[f"db{gate}"] = into_parameters(one, v)
        dv += parameters[f"W{gate}"].T @ one
    gradients["da_prev"], gradients["dxt"] = dv[: len(a_prev)], dv[len(a_prev) :]
    return gradients

# %% task="lstm_backward"
def lstm_backward(da, caches):
    cell_caches, x = caches
    parameters = cell_caches[0][-1]
    gradients = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    gradients["dx"] = np.zeros_like(x[:, :, : da.shape[2]])
    carry = np.zeros((2, *da.shape[:2]))
    for t in range(da.shape[2] - 1, -1, -1):
        step = lstm_cell_backward(da[:, :, t] + carry[0], carry[1], cell_caches[t])
        carry = np.array([step["da_prev"], step["dc_prev"]])
        gradients["dx"][:, :, t] = step["dxt"]
        for gate in GATES:
            gradients["dW" + gate] += step["dW" + gate]
            gradients["db" + gate] += step["db" + gate]
    gradients["da0"] = carry[0]
    return gradients
