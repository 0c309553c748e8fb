# %% task="lstm_cell_backward"
class Step:
    slope = staticmethod(lambda s: s * (1 - s))

    def __init__(self, cache):
        names = "a c a_prev c_prev f i g o x p".split()
        self.__dict__.update(zip(names, cache))

    def gates(self, da, dc):
        through = dc + da * self.o * (1 - np.tanh(self.c) ** 2)
        return through, {
            "f": through * self.c_prev * self.slope(self.f),
            "i": through * self.g * self.slope(self.i),
            "c": through * self.i * (1 - self.g**2),
            "o": da * np.tanh(self.c) * self.slope(self.o),
        }


def lstm_cell_backward(da_next, dc_next, cache):
    step = Step(cache)
    dc, dz = step.gates(da_next, dc_next)
    v = np.concatenate([step.a_prev, step.x])
    back = np.add.reduce([step.p["W" + k].T @ d for k, d in dz.items()])
    out = {"dc_prev": dc * step.f, "da_prev": back[: step.a.shape[0]], "dxt": back[step.a.shape[0] :]}
    out.update({"dW" + k: d @ v.T for k, d in dz.items()})
    out.update({"db" + k: np.sum(d, axis=1, keepdims=True) for k, d in dz.items()})
    return out

# %% task="lstm_backward" place="start"
def lstm_backward(da, caches):
    cells, x = caches
    zero = np.zeros_like(da[:, :, 0])
    state, grads = (zero, zero), None
    dx = np.empty((x.shape[0], x.shape[1], da.shape[2]))
    for cell, t in list(zip(cells, range(da.shape[2])))[::-1]:
        g = lstm_cell_backward(da[:, :, t] + state[0], state[1], cell)
        state = g.pop("da_prev"), g.pop("dc_prev")
        dx[:, :, t] = g.pop("dxt")
        grads = g if grads is None else {k: grads[k] + g[k] for k in g}
    return {"dx": dx, "da0": state[0], **grads}
