# %% task="rnn_cell_forward"
class Cell:
    def __init__(self, parameters):
        self.__dict__.update(parameters)

    def step(self, xt, a_prev):
        a = np.tanh(self.Wax @ xt + self.Waa @ a_prev + self.ba)
        return a, softmax(self.Wya @ a + self.by)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next, yt_pred = Cell(parameters).step(xt, a_prev)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    a, y, caches = None, None, []
    a_next = a0
    for t in range(x.shape[2]):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a = a_next[:, :, None] if a is None else np.append(a, a_next[:, :, None], axis=2)
        y = yt[..., np.newaxis] if y is None else np.concatenate((y, np.expand_dims(yt, 2)), axis=2)
        caches = caches + [cache]
    caches = (caches, x)
    return a, y, caches
