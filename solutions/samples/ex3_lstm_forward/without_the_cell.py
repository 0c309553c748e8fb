# %% task="lstm_forward"
def lstm_forward(x, a0, parameters):
    Wf, Wi, Wc, Wo, Wy = (parameters[k] for k in ("Wf", "Wi", "Wc", "Wo", "Wy"))
    bf, bi, bc, bo, by = (parameters[k] for k in ("bf", "bi", "bc", "bo", "by"))
    caches, a, c, y = [], [], [], []
    h, s = a0, np.zeros(a0.shape)
    t = 0
    while t < x.shape[2]:
        v = np.concatenate((h, x[:, :, t]))
        ft, it, ot, cct = sigmoid(Wf @ v + bf), sigmoid(Wi @ v + bi), sigmoid(Wo @ v + bo), np.tanh(Wc @ v + bc)
        s_new = ft * s + it * cct
        h_new = ot * np.tanh(s_new)
        y.append(softmax(Wy @ h_new + by))
        caches.append((h_new, s_new, h, s, ft, it, cct, ot, x[:, :, t], parameters))
        h, s = h_new, s_new
        a.append(h)
        c.append(s)
        t += 1
    return np.stack(a, 2), np.stack(y, 2), np.stack(c, 2), (caches, x)
