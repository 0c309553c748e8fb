# %%
f = np.float32


def low(weights):
    return {name: np.array(value, dtype=f) for name, value in weights.items()}

# %% task="convert_layouts"
def convert_layouts(x):
    x = x.astype(f)
    return x.transpose(1, 2, 0), x.T

# %% task="last_states"
def last_states(a, lengths):
    a = a.astype(f)
    behind = np.arange(a.shape[2])[None, :] >= np.asarray(lengths)[:, None]
    outputs = np.ma.array(a, mask=np.broadcast_to(behind, a.shape)).filled(0)
    return outputs, np.take_along_axis(a, (lengths - 1)[None, :, None], axis=2)[:, :, 0]

# %% task="initial_weights"
def initial_weights(W, U, seed):
    fan_out, fan_in = W.shape
    draw = np.random.default_rng(seed).uniform(-1, 1, W.shape).astype(f)
    k = f(np.sqrt(6 / (fan_in + fan_out)))
    Q, R = np.linalg.qr(np.random.default_rng(seed).standard_normal(U.shape))
    return {
        "uniform": draw / f(np.sqrt(fan_in)), "glorot": k * draw, "glorot_sigmoid": 4 * k * draw,
        "he": f(np.sqrt(2 / fan_in)) * np.random.default_rng(seed).standard_normal(W.shape).astype(f),
        "orthogonal": (Q * np.where(np.diag(R) < 0, -1, 1)).astype(f),
    }

# %% task="LSTMLayer"
class LSTMLayer:
    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = low(weights)
        self.gradients, self.dstate = {}, None
        self.gate, self.squash = gate, squash
        self.reset_state()

    def reset_state(self):
        self.state = None

    def forward(self, x):
        w = self.weights
        n, m, T = w["Wh"].shape[1], x.shape[1], x.shape[2]
        self.x = np.ascontiguousarray(x.transpose(2, 0, 1)).astype(f)
        u = w["Wx"] @ self.x + w["b"]
        if self.state is None:
            self.state = (np.zeros((n, m), f), np.zeros((n, m), f))
        self.a, self.c = np.zeros((T + 1, n, m), f), np.zeros((T + 1, n, m), f)
        self.a[0], self.c[0] = self.state
        self.s, self.bent = np.zeros_like(u), np.zeros((T, n, m), f)
        for t in range(T):
            z = u[t] + w["Wh"] @ self.a[t]
            self.s[t, : 3 * n], self.s[t, 3 * n :] = self.gate.forward(z[: 3 * n]), self.squash.forward(z[3 * n :])
            ft, it, ot, cct = self.s[t].reshape(4, n, m)
            self.c[t + 1] = ft * self.c[t] + it * cct
            self.bent[t] = self.squash.forward(self.c[t + 1])
            self.a[t + 1] = ot * self.bent[t]
        self.state = (self.a[-1].copy(), self.c[-1].copy())
        return self.a[1:].transpose(1, 2, 0)

    def backward(self, da):
        w, n = self.weights, da.shape[0]
        dz = np.zeros_like(self.s)
        da_t, dc = np.zeros(self.a[0].shape, f), np.zeros(self.a[0].shape, f)
        for t in range(da.shape[2])[::-1]:
            ft, it, ot, cct = self.s[t].reshape(4, *dc.shape)
            da_t = da_t + da[:, :, t].astype(f)
            dc = dc + self.squash.backward(self.bent[t], da_t * ot)
            gates = np.concatenate([dc * self.c[t], dc * cct, da_t * self.bent[t]])
            dz[t, : 3 * n] = self.gate.backward(self.s[t, : 3 * n], gates)
            dz[t, 3 * n :] = self.squash.backward(cct, dc * it)
            da_t, dc = w["Wh"].T @ dz[t], dc * ft
        self.dstate = (da_t, dc)
        self.gradients = {
            "dWx": np.tensordot(dz, self.x, axes=((0, 2), (0, 2))),
            "dWh": np.tensordot(dz, self.a[:-1], axes=((0, 2), (0, 2))),
            "db": dz.sum(axis=(0, 2))[:, None],
        }
        return np.moveaxis(w["Wx"].T @ dz, 0, -1)

    def update(self, learning_rate):
        for name, weight in self.weights.items():
            weight -= f(learning_rate) * self.gradients[f"d{name}"].astype(f)

# %% task="StackedLSTM"
class StackedLSTM:
    def __init__(self, sizes, make_layer, dropout=0.0, seed=0):
        self.dropout, self.rng = dropout, np.random.default_rng(seed)
        self.Va, self.Vc = ([V.astype(f) for V in maps] for maps in initial_maps(sizes, seed))
        self.layers = [make_layer(sizes[i], sizes[i + 1], seed=seed + i) for i in range(len(sizes) - 1)]

    def forward(self, x, train=False):
        keep = 1 - self.dropout if train else 1
        self.kept, self.a0, self.c0 = [], [x[:, :, 0]], [x[:, :, 0]]
        for i, layer in enumerate(self.layers):
            if i and train:
                self.kept.append((self.rng.random(x.shape) >= self.dropout).astype(f))
                x = x * self.kept[-1] / f(keep)
            self.a0.append(np.tanh(self.Va[i] @ self.a0[-1]))
            self.c0.append(np.tanh(self.Vc[i] @ self.c0[-1]))
            x = layer.forward(x, self.a0[-1], self.c0[-1])
        self.keep = keep
        return x

    def backward(self, da):
        self.dVa, self.dVc = {}, {}
        above = [0, 0]
        for i in range(len(self.layers) - 1, -1, -1):
            da, *start = self.layers[i].backward(da)
            for j, (chain, maps, into) in enumerate([(self.a0, self.Va, self.dVa), (self.c0, self.Vc, self.dVc)]):
                d = (start[j] + above[j]) * (1 - chain[i + 1] ** 2)
                into[i] = d @ chain[i].T
                above[j] = maps[i].T @ d
            if i and self.kept:
                da = da * self.kept[i - 1] / self.keep
        da[:, :, 0] += sum(above)
        return da

    def update(self, learning_rate):
        for i, layer in enumerate(self.layers):
            layer.update(learning_rate)
            self.Va[i] = self.Va[i] - learning_rate * self.dVa[i]
            self.Vc[i] = self.Vc[i] - learning_rate * self.dVc[i]
