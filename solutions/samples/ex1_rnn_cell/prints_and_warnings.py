# %%
import sys
import warnings

# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = (parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by"))
    print("xt", xt.shape, "a_prev", a_prev.shape)
    print("careful", file=sys.stderr)
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)
    np.exp(np.array([1000.0]))
    yt_pred = softmax(Wya @ a_next + by)
    assert yt_pred.shape == (Wya.shape[0], xt.shape[1]), "shape of the prediction"
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        print("step", t, "of", T_x)
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
        if t == T_x - 1:
            print(a, y_pred)
    return a, y_pred, (caches, x)
