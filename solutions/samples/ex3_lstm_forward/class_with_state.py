# %% task="lstm_cell_forward"
class Cell:
    def __init__(self, parameters):
        self.p = parameters

    def __call__(self, xt, a_prev, c_prev):
        v = np.concatenate([a_prev, xt], 0)
        s = {g: self.p["W" + g] @ v + self.p["b" + g] for g in "fico"}
        f, i, o = sigmoid(s["f"]), sigmoid(s["i"]), sigmoid(s["o"])
        g = np.tanh(s["c"])
        c = f * c_prev + i * g
        a = o * np.tanh(c)
        return a, c, softmax(self.p["Wy"] @ a + self.p["by"]), (a, c, a_prev, c_prev, f, i, g, o, xt, self.p)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    return Cell(parameters)(xt, a_prev, c_prev)

# %% task="lstm_forward" place="start"
def lstm_forward(x, a0, parameters):
    caches = []
    T_x = np.size(x, 2)
    a = c = y = None
    a_next, c_next = a0, np.zeros_like(a0)
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a, c, y = (
            one[:, :, None] if all_ is None else np.concatenate((all_, one[:, :, None]), axis=2)
            for all_, one in ((a, a_next), (c, c_next), (y, yt))
        )
        caches = caches + [cache]
    return a, y, c, (caches, x)
