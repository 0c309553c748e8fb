# %% task="gru_forward" place="end"
def gru_forward(x, a0, parameters):
    p, state, n_a = parameters, a0, len(a0)
    a, y, caches = [], [], []
    Ux = {k: np.tensordot(p["W" + k][:, n_a:], x, 1) + p["b" + k][:, :, None] for k in "zrh"}  # all steps at once
    for t in range(x.shape[2]):
        z = sigmoid(p["Wz"][:, :n_a] @ state + Ux["z"][:, :, t])
        r = sigmoid(p["Wr"][:, :n_a] @ state + Ux["r"][:, :, t])
        h = np.tanh(p["Wh"][:, :n_a] @ (r * state) + Ux["h"][:, :, t])
        new = z * state + (1 - z) * h
        a.append(new)
        y.append(softmax(p["Wy"] @ new + p["by"]))
        caches.append([new, state, z, r, h, x[:, :, t], parameters])
        state = new
    return np.stack(a, 2), np.stack(y, 2), (caches, x)

# %% task="gru_backward" place="start"
def gru_backward(da, caches):
    (n_a, m, T), x = da.shape, caches[1]
    p = caches[0][0][-1]
    dz, dr, dh = (np.zeros(da.shape) for _ in range(3))
    carried = np.zeros((n_a, m))
    for t in range(T - 1, -1, -1):
        _, old, z, r, h, _, _ = caches[0][t]
        g = da[:, :, t] + carried
        dz[:, :, t] = g * (old - h) * z * (1 - z)
        dh[:, :, t] = g * (1 - z) * (1 - h**2)
        dra = p["Wh"][:, :n_a].T @ dh[:, :, t]
        dr[:, :, t] = dra * old * r * (1 - r)
        carried = g * z + dra * r + p["Wz"][:, :n_a].T @ dz[:, :, t] + p["Wr"][:, :n_a].T @ dr[:, :, t]
    old, r = (np.stack([c[i] for c in caches[0][:T]], 2) for i in (1, 3))
    found = {"da0": carried, "dx": sum(np.tensordot(p["W" + k][:, n_a:].T, d, 1) for k, d in zip("zrh", (dz, dr, dh)))}
    for k, d, state in (("z", dz, old), ("r", dr, old), ("h", dh, r * old)):
        found["dW" + k] = np.einsum("imt,jmt->ij", d, np.concatenate((state, x[:, :, :T])))
        found["db" + k] = d.sum(axis=(1, 2)).reshape(-1, 1)
    return found
