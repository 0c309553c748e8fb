# %% task="convert_layouts"
def convert_layouts(x):
    return np.rollaxis(x, 0, 3), np.array([step.T for step in np.moveaxis(x, 2, 0)])

# %% task="last_states"
def last_states(a, lengths):
    T_x = a.shape[2]
    steps = np.arange(1, T_x + 1)
    outputs = a * np.where(steps <= lengths[:, None], 1, 0)
    return outputs, (a * (steps == lengths[:, None])).sum(-1)

# %% task="ReLU"
class ReLU(Identity):
    """The identity, where it is positive."""

    def forward(self, z):
        return super().forward((np.abs(z) + z) / 2)

    def backward(self, s, ds):
        return super().backward(s, ds) * np.sign(s)

# %% task="LSTMLayer"
class LSTMLayer:
    """Keeps whole sequences in one array each; recomputes candidate and gates on the way back."""

    names = ("Wx", "Wh", "b")

    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = {name: np.array(weights[name]) for name in self.names}
        self.gradients, self.dstate = {}, None
        self.gate, self.squash = gate, squash
        self.reset_state()

    def reset_state(self):
        self.state = None

    def gates(self, xt, a):
        z = self.weights["Wx"] @ xt + self.weights["Wh"] @ a + self.weights["b"]
        n = len(a)
        return self.gate.forward(z[0:n]), self.gate.forward(z[n : 2 * n]), self.gate.forward(z[2 * n : -n]), self.squash.forward(z[-n:])

    def run(self, x, a, c):
        for t in range(x.shape[2]):
            f, i, o, g = self.gates(x[:, :, t], a)
            c = f * c + i * g
            a = o * self.squash.forward(c)
            yield a, c

    def forward(self, x):
        n, m = self.weights["Wh"].shape[1], x.shape[1]
        start = (np.zeros((n, m)),) * 2 if self.state is None else self.state
        pairs = [start, *self.run(x, *start)]
        self.x = x
        self.a, self.c = (np.stack(one, axis=2) for one in zip(*pairs))
        self.state = pairs[-1]
        return self.a[:, :, 1:]

    def backward(self, da):
        Wx, Wh = self.weights["Wx"], self.weights["Wh"]
        da, dc = np.array(da), np.zeros(da.shape[:2])
        dz = np.zeros((len(Wh), *da.shape[1:]))
        T = da.shape[2]
        for t in range(T - 1, -1, -1):
            f, i, o, g = self.gates(self.x[:, :, t], self.a[:, :, t])
            h = da[:, :, t]
            s = self.squash.forward(self.c[:, :, t + 1])
            dc += self.squash.backward(s, h * o)
            for k, (act, out, grad) in enumerate(
                [(self.gate, f, dc * self.c[:, :, t]), (self.gate, i, dc * g), (self.gate, o, h * s), (self.squash, g, dc * i)]
            ):
                dz[k * len(h) : (k + 1) * len(h), :, t] = act.backward(out, grad)
            dc *= f
            back = Wh.T @ dz[:, :, t]
            if t:
                da[:, :, t - 1] += back
        self.dstate = back, dc
        flat = dz.reshape(len(Wh), -1)
        self.gradients = {
            "dWx": flat @ self.x.reshape(len(self.x), -1).T,
            "dWh": flat @ self.a[:, :, :T].reshape(len(back), -1).T,
            "db": flat.sum(axis=1, keepdims=True),
        }
        return np.tensordot(Wx.T, dz, axes=1)

    def update(self, learning_rate):
        self.weights = {name: self.weights[name] - learning_rate * self.gradients["d" + name] for name in self.names}

# %% task="StackedLSTM"
class StackedLSTM:
    def __init__(self, sizes, make_layer, dropout=0.0, seed=0):
        self.dropout, self.rng = dropout, np.random.default_rng(seed)
        self.Va, self.Vc = initial_maps(sizes, seed)
        self.layers = []
        self.add(sizes, make_layer, seed)

    def add(self, sizes, make_layer, seed):
        if len(sizes) > 1:
            self.layers.append(make_layer(sizes[0], sizes[1], seed))
            self.add(sizes[1:], make_layer, seed + 1)

    def forward(self, x, train=False):
        self.masks, self.pairs = [1.0], [(x[:, :, 0], x[:, :, 0])]
        a = x
        for layer, *maps in zip(self.layers, self.Va, self.Vc):
            self.pairs.append(tuple(np.tanh(V @ s) for V, s in zip(maps, self.pairs[-1])))
            a = layer.forward(a, *self.pairs[-1])
            mask = 1.0
            if train and layer is not self.layers[-1]:
                mask = (self.rng.random(a.shape) >= self.dropout) * (1 / (1 - self.dropout))
                a = a * mask
            self.masks.append(mask)
        return a

    def backward(self, da):
        self.dVa, self.dVc, above = [], [], (0, 0)
        for k in range(len(self.layers), 0, -1):
            da, *starts = self.layers[k - 1].backward(da * self.masks[k])
            ds = [(own + up) * (1 - s**2) for own, up, s in zip(starts, above, self.pairs[k])]
            self.dVa = [ds[0] @ self.pairs[k - 1][0].T, *self.dVa]
            self.dVc = [ds[1] @ self.pairs[k - 1][1].T, *self.dVc]
            above = self.Va[k - 1].T @ ds[0], self.Vc[k - 1].T @ ds[1]
        return np.concatenate((da[:, :, :1] + sum(above)[:, :, None], da[:, :, 1:]), axis=2)

    def update(self, learning_rate):
        for k, layer in enumerate(self.layers):
            layer.update(learning_rate)
            self.Va[k], self.Vc[k] = self.Va[k] - learning_rate * self.dVa[k], self.Vc[k] - learning_rate * self.dVc[k]
