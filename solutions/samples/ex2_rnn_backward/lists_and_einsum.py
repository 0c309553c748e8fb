# %% task="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 + a_next) * (1 - a_next)
    return {
        "dba": np.einsum("im->i", dz)[:, None].tolist(),
        "dWaa": np.einsum("im,jm->ij", dz, a_prev),
        "dWax": np.einsum("im,jm->ij", dz, xt),
        "da_prev": np.einsum("ij,im->jm", parameters["Waa"], dz),
        "dxt": np.einsum("ij,im->jm", parameters["Wax"], dz).tolist(),
    }

# %% task="rnn_backward"
def rnn_backward(da, caches):
    n_a, m, T = da.shape
    parameters = caches[0][0][3]
    dz, carried = [], np.zeros((n_a, m))
    for t in range(T)[::-1]:  # without the cell function
        a_next = caches[0][t][0]
        dz.insert(0, (da[:, :, t] + carried) * (1 - a_next**2))
        carried = parameters["Waa"].T @ dz[0]
    dz = np.stack(dz, axis=2)
    x = np.stack([cache[2] for cache in caches[0][:T]], axis=2)
    before = np.stack([cache[1] for cache in caches[0][:T]], axis=2)
    return {
        "dx": np.einsum("ij,imt->jmt", parameters["Wax"], dz),
        "da0": carried.tolist(),
        "dWax": np.einsum("imt,jmt->ij", dz, x),
        "dWaa": np.tensordot(dz, before, ([1, 2], [1, 2])),
        "dba": [[row.sum()] for row in dz],
    }

# %% task="gradient_check"
def gradient_check(parameters, gradients, epsilon, loss=wave_loss):
    found = []
    for name, g in gradients.items():
        value, n = parameters[name[1:]], []
        for i in range(value.size):
            sides = []
            for sign in (1, -1):
                moved = np.array(value, dtype=np.float64)
                moved.flat[i] += sign * epsilon
                sides.append(loss({**parameters, name[1:]: moved}))
            n.append((sides[0] - sides[1]) / (2 * epsilon))
        n = np.reshape(n, value.shape)
        e = abs(g - n) / (abs(g).max() + abs(n).max())
        for place, one in np.ndenumerate(e):
            found.append((one, f"{name}[{','.join(map(str, place))}]"))
    return max(found)
