# %%
EPS = 1e-12
KEYS = ("dWax", "dWaa", "dba")


def through_tanh(gradient, value):
    return gradient - gradient * value * value


class Layer:
    """A product and what comes back through it."""

    def __init__(self, W, v):
        self.W, self.v = W, v

    def back(self, dz):
        return dz @ np.transpose(self.v), np.transpose(self.W) @ dz

# %% task="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = through_tanh(da_next, a_next)
    dWax, dxt = Layer(parameters["Wax"], xt).back(dz)
    dWaa, da_prev = Layer(parameters["Waa"], a_prev).back(dz)
    dba = dz @ np.ones((dz.shape[1], 1)) + 0 * EPS
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}

# %%
def add(total, step):
    return {key: total.get(key, 0) + step[key] for key in KEYS}

# %% task="rnn_backward"
def rnn_backward(da, caches):
    def walk(t, carried, total):
        """From step t to the first, by recursion."""
        if t < 0:
            return [], carried, total
        step = rnn_cell_backward(da[:, :, t] + carried, caches[0][t])
        dxs, da0, total = walk(t - 1, step["da_prev"], add(total, step))
        return [*dxs, step["dxt"]], da0, total

    dxs, da0, total = walk(da.shape[2] - 1, np.zeros(da.shape[:2]), {})
    return {"dx": np.dstack(dxs), "da0": da0, **total}

# %%
def slope(f, value, i, epsilon):
    old = value[i]
    value[i] = old + epsilon
    above = f()
    value[i] = old - epsilon
    below = f()
    value[i] = old
    return 0.5 * (above - below) / epsilon


def peak(array):
    return np.max(np.abs(array), initial=0)

# %% task="gradient_check"
def gradient_check(parameters, gradients, epsilon, loss=wave_loss):
    parameters = {name: np.array(value, dtype=float) for name, value in parameters.items()}
    errors = {}
    for name, g in gradients.items():
        value = parameters[name[1:]]
        n = np.array([slope(lambda: loss(parameters), value, i, epsilon) for i in np.ndindex(*value.shape)])
        n = n.reshape(g.shape)
        errors[name] = np.abs(g - n) / (peak(g) + peak(n))
    worst = max(errors, key=lambda name: errors[name].max())
    place = np.unravel_index(errors[worst].argmax(), errors[worst].shape)
    return errors[worst].max(), entry_name(worst, place)
