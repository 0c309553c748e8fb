# %% task="convert_layouts"
def convert_layouts(x):
    return np.moveaxis(x, 0, -1), np.einsum("imt->tmi", x)

# %% task="last_states"
def last_states(a, lengths):
    T_x = a.shape[2]
    inside = np.less.outer(np.arange(T_x), lengths).T.astype(float)
    outputs = np.einsum("amt,mt->amt", a, inside)
    one_hot = np.eye(T_x)[lengths - 1]
    return outputs, np.einsum("amt,mt->am", a, one_hot)

# %% task="initial_weights"
def initial_weights(W, U, seed):
    rows, columns = W.shape
    new = lambda: np.random.default_rng(seed)
    k = columns ** -0.5
    uniform = new().uniform(-k, k, size=(rows, columns))
    k = 6 ** 0.5 / (columns + rows) ** 0.5
    glorot = new().uniform(-k, k, size=(rows, columns))
    glorot_sigmoid = glorot * 4
    he = new().standard_normal((rows, columns)) * (2 / columns) ** 0.5
    q, r = np.linalg.qr(new().standard_normal(U.shape))
    return dict(uniform=uniform, glorot=glorot, glorot_sigmoid=glorot_sigmoid, he=he, orthogonal=q @ np.diag(np.sign(r.diagonal())))

# %% task="fuse_gates"
def fuse_gates(parameters):
    n_a = parameters["bf"].shape[0]
    W = np.vstack((parameters["Wf"], parameters["Wi"], parameters["Wo"], parameters["Wc"]))
    Wh, Wx = np.hsplit(W, [n_a])
    b = np.vstack((parameters["bf"], parameters["bi"], parameters["bo"], parameters["bc"]))
    return {"b": b, "Wh": Wh, "Wx": Wx, "W": W}

# %% task="ReLU"
class ReLU:
    def forward(self, z):
        return z * (z > 0)

    def backward(self, s, ds):
        return np.where(s > 0, ds, 0)

# %% task="LSTMLayer"
class LSTMLayer:
    """All products with the inputs at once, and all weights' gradients at the end."""

    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = {name: np.array(weights[name]) for name in ("Wx", "Wh", "b")}
        self.gradients, self.dstate = {}, None
        self.gate, self.squash = gate, squash
        self.reset_state()

    def reset_state(self):
        self.state = None

    def forward(self, x):
        Wx, Wh, b = self.weights["Wx"], self.weights["Wh"], self.weights["b"]
        n, m = Wh.shape[1], x.shape[1]
        u = np.einsum("gx,xmt->tgm", Wx, x) + b
        if self.state is None:
            self.state = np.zeros((n, m)), np.zeros((n, m))
        hs, cs, self.gates, self.cs, self.bent = [self.state[0]], [self.state[1]], [], [], []
        for ut in u:
            z = ut + np.einsum("gn,nm->gm", Wh, hs[-1])
            g = self.gate.forward(z[: 3 * n]).reshape(3, n, m)
            cand = self.squash.forward(z[3 * n :])
            cs += [g[0] * cs[-1] + g[1] * cand]
            self.bent += [self.squash.forward(cs[-1])]
            hs += [g[2] * self.bent[-1]]
            self.gates += [(g, cand)]
        self.x, self.hs, self.cs = x, np.array(hs), cs
        self.state = hs[-1], cs[-1]
        return np.moveaxis(self.hs[1:], 0, 2)

    def backward(self, da):
        n = da.shape[0]
        dz = [None] * da.shape[2]
        dh = dc = 0
        for t in range(da.shape[2] - 1, -1, -1):
            (f, i, o), cand = self.gates[t]
            dh = dh + da[:, :, t]
            dc = dc + self.squash.backward(self.bent[t], dh * o)
            parts = [self.gate.backward(s, ds) for s, ds in ((f, dc * self.cs[t]), (i, dc * cand), (o, dh * self.bent[t]))]
            dz[t] = np.vstack((*parts, self.squash.backward(cand, dc * i)))
            dh, dc = self.weights["Wh"].T @ dz[t], dc * f
        dz = np.array(dz)
        self.dstate = [dh, dc]
        self.gradients = {
            "dWx": np.einsum("tgm,xmt->gx", dz, self.x),
            "dWh": np.einsum("tgm,tnm->gn", dz, self.hs[:-1]),
            "db": dz.sum(axis=(0, 2)).reshape(-1, 1),
        }
        return np.einsum("gx,tgm->xmt", self.weights["Wx"], dz)

    def update(self, learning_rate):
        self.weights = {k: v - learning_rate * self.gradients["d" + k] for k, v in self.weights.items()}

# %% task="StackedLSTM"
class StackedLSTM:
    def __init__(self, sizes, make_layer, dropout=0.0, seed=0):
        self.dropout, self.rng = dropout, np.random.default_rng(seed)
        self.Va, self.Vc = initial_maps(sizes, seed)
        self.layers = [make_layer(a, b, s) for s, (a, b) in enumerate(zip(sizes, sizes[1:]), seed)]

    def forward(self, x, train=False):
        a0 = c0 = x[..., 0]
        self.memo = []
        for layer, Va, Vc in zip(self.layers, self.Va, self.Vc):
            scale = 1.0
            if self.memo and train:
                scale = np.where(self.rng.random(x.shape) < self.dropout, 0, 1 / (1 - self.dropout))
            below = a0, c0
            a0, c0 = np.tanh(np.einsum("ij,jm->im", Va, a0)), np.tanh(np.einsum("ij,jm->im", Vc, c0))
            self.memo.append((scale, below, (a0, c0)))
            x = layer.forward(x * scale, a0, c0)
        return x

    def backward(self, da):
        self.dVa, self.dVc = [], []
        ga = gc = 0
        for layer, Va, Vc, (scale, (ab, cb), (a0, c0)) in list(zip(self.layers, self.Va, self.Vc, self.memo))[::-1]:
            da, da0, dc0 = layer.backward(da)
            ga, gc = (ga + da0) * (1 - a0 * a0), (gc + dc0) * (1 - c0 * c0)
            self.dVa.insert(0, np.einsum("im,jm->ij", ga, ab))
            self.dVc.insert(0, np.einsum("im,jm->ij", gc, cb))
            ga, gc = np.einsum("ij,im->jm", Va, ga), np.einsum("ij,im->jm", Vc, gc)
            da = da * scale
        first = np.zeros(da.shape)
        first[..., 0] = ga + gc
        return da + first

    def update(self, learning_rate):
        for k, layer in enumerate(self.layers):
            layer.update(learning_rate)
            self.Va[k] = self.Va[k] - learning_rate * self.dVa[k]
            self.Vc[k] -= learning_rate * self.dVc[k]
