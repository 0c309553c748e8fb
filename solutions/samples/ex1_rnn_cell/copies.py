# %%
import copy

from numpy import tanh, zeros, zeros_like

# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    p = copy.deepcopy(parameters)
    a_next = zeros_like(a_prev)
    a_next[:] = tanh(p["Waa"] @ a_prev + p["Wax"] @ xt + p["ba"])
    yt_pred = softmax(p["Wya"] @ a_next + p["by"])
    return a_next, yt_pred, (a_next.copy(), a_prev.copy(), xt.copy(), dict(parameters, note="mine"))

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    x = np.copy(x)
    T_x = x.shape[-1]
    a = zeros((*a0.shape, T_x))
    y_pred = zeros(parameters["by"].shape[:1] + x.shape[1:])
    caches = []
    a_prev = np.array(a0)
    t = 0
    while t < T_x:
        a_next, yt, cache = rnn_cell_forward(xt=x[:, :, t], a_prev=a_prev, parameters=parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt
        a_prev = a[:, :, t].copy()
        caches.append(cache)
        t += 1
    return a, y_pred, (caches, x)
