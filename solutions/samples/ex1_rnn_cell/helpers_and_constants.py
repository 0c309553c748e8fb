# %%
EPS = 1e-12
AXIS = 0
ZERO = np.zeros((1, 1))
half = 0.5
names = ["Wax", "Waa", "Wya", "ba", "by"]


def unpack(parameters):
    return [parameters[n] for n in names]


class Adder:
    def __call__(self, *terms):
        total = ZERO[0, 0]
        for term in terms:
            total = total + term
        return total


add = Adder()

# %%
def softmax(z):
    """My own, over the same axis."""
    z = z - z.max(AXIS, keepdims=1)
    return np.exp(z) / (np.exp(z).sum(axis=AXIS, keepdims=True) + 0 * EPS)

# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = unpack(parameters)
    a_next = np.tanh(2 * half * add(Wax @ xt, Waa @ a_prev, ba))
    yt_pred = softmax(add(Wya @ a_next, by))
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %%
def slices(x):
    return [x[:, :, t] for t in range(x.shape[2])]

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.full((n_a, m, T_x), np.nan)
    y_pred = np.zeros_like(a, shape=(n_y, m, T_x))
    a_next = a0
    for t, xt in zip(range(T_x), slices(x)):
        a_next, y_pred[:, :, t], cache = rnn_cell_forward(xt, a_next, parameters)
        a[:, :, t] = a_next
        caches.append(cache)
    return a, y_pred, (caches, x)
