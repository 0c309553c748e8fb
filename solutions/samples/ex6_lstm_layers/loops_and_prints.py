# %% task="convert_layouts"
def convert_layouts(x):
    n_x, m, T_x = x.shape
    x_batch, x_time = np.zeros((m, T_x, n_x)), np.zeros((T_x, m, n_x))
    for i in range(n_x):
        for e in range(m):
            for t in range(T_x):
                x_batch[e, t, i] = x[i, e, t]
                x_time[t, e, i] = x[i, e, t]
    print("converted", x.shape)
    return x_batch, x_time

# %% task="last_states"
def last_states(a, lengths):
    outputs, last = a.copy(), np.zeros(a.shape[:2])
    for e, length in enumerate(lengths):
        outputs[:, e, length:] = 0
        last[:, e] = a[:, e, length - 1]
    print(lengths)
    return outputs, last

# %% task="initial_weights"
def initial_weights(W, U, seed):
    fan_out, fan_in = W.shape
    weights = {}
    for name, k in (
        ("uniform", np.sqrt(1 / fan_in)),
        ("glorot", np.sqrt(6) / np.sqrt(fan_in + fan_out)),
        ("glorot_sigmoid", 4 * np.sqrt(6) / np.sqrt(fan_in + fan_out)),
    ):
        rng = np.random.default_rng(seed)
        weights[name] = rng.uniform(low=-k, high=k, size=W.shape)
        print(name, "within", k)
    weights["he"] = np.sqrt(2) * np.random.default_rng(seed).standard_normal(W.shape) / np.sqrt(fan_in)
    Q, R = np.linalg.qr(np.random.default_rng(seed).standard_normal(U.shape))
    for j in range(U.shape[1]):
        if R[j, j] < 0:
            Q[:, j] = -Q[:, j]
    weights["orthogonal"] = Q
    return weights

# %% task="fuse_gates"
def fuse_gates(parameters):
    n_a = parameters["bf"].shape[0]
    n_x = parameters["Wf"].shape[1] - n_a
    Wx, Wh, b = np.zeros((4 * n_a, n_x)), np.zeros((4 * n_a, n_a)), np.zeros((4 * n_a, 1))
    for k, gate in enumerate(["f", "i", "o", "c"]):
        Wh[k * n_a : (k + 1) * n_a] = parameters["W" + gate][:, 0:n_a]
        Wx[k * n_a : (k + 1) * n_a] = parameters["W" + gate][:, n_a : n_a + n_x]
        b[k * n_a : (k + 1) * n_a] = parameters["b" + gate]
    return {"Wx": Wx, "Wh": Wh, "b": b}

# %% task="ReLU"
class ReLU:
    """s = max(z, 0)."""

    def forward(self, z):
        s = np.zeros(z.shape)
        for place in np.ndindex(z.shape):
            s[place] = max(z[place], 0)
        return s

    def backward(self, s, ds):
        dz = np.array(ds)
        dz[s == 0] = 0
        return dz

# %% task="LSTMLayer"
class LSTMLayer:
    """Blocks apart, gate by gate."""

    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = {name: np.array(weights[name]) for name in ("Wx", "Wh", "b")}
        self.gradients, self.dstate = {}, None
        self.gate, self.squash = gate, squash
        self.reset_state()

    def reset_state(self):
        self.state = None

    def forward(self, x):
        Wx, Wh, b = (self.weights[name] for name in ("Wx", "Wh", "b"))
        n_x, m, T_x = x.shape
        n_a = Wh.shape[1]
        Wxf, Wxi, Wxo, Wxc = Wx[:n_a], Wx[n_a : 2 * n_a], Wx[2 * n_a : 3 * n_a], Wx[3 * n_a :]
        Whf, Whi, Who, Whc = Wh[:n_a], Wh[n_a : 2 * n_a], Wh[2 * n_a : 3 * n_a], Wh[3 * n_a :]
        bf, bi, bo, bc = np.split(b, 4)
        if self.state is None:
            self.state = (np.zeros((n_a, m)), np.zeros((n_a, m)))
        h, c = self.state
        a = np.zeros((n_a, m, T_x))
        self.x, self.h, self.c = x, [h], [c]
        self.f, self.i, self.o, self.g = [], [], [], []
        for t in range(T_x):
            xt = x[:, :, t]
            self.f.append(self.gate.forward(np.dot(Wxf, xt) + np.dot(Whf, h) + bf))
            self.i.append(self.gate.forward(np.dot(Wxi, xt) + np.dot(Whi, h) + bi))
            self.o.append(self.gate.forward(np.dot(Wxo, xt) + np.dot(Who, h) + bo))
            self.g.append(self.squash.forward(np.dot(Wxc, xt) + np.dot(Whc, h) + bc))
            c = self.f[t] * c + self.i[t] * self.g[t]
            h = self.o[t] * self.squash.forward(c)
            self.c.append(c)
            self.h.append(h)
            a[:, :, t] = h
        self.state = (h, c)
        print("ran over", T_x, "steps")
        return a

    def backward(self, da):
        Wx, Wh = self.weights["Wx"], self.weights["Wh"]
        n_a, m, T_x = da.shape
        dx = np.zeros((Wx.shape[1], m, T_x))
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros((4 * n_a, 1))
        dh, dc = np.zeros((n_a, m)), np.zeros((n_a, m))
        for t in range(T_x)[::-1]:
            dh = dh + da[:, :, t]
            bent = self.squash.forward(self.c[t + 1])
            dc = dc + self.squash.backward(bent, dh * self.o[t])
            dzf = self.gate.backward(self.f[t], dc * self.c[t])
            dzi = self.gate.backward(self.i[t], dc * self.g[t])
            dzo = self.gate.backward(self.o[t], dh * bent)
            dzc = self.squash.backward(self.g[t], dc * self.i[t])
            dh = np.zeros((n_a, m))
            for k, dz in enumerate((dzf, dzi, dzo, dzc)):
                rows = slice(k * n_a, (k + 1) * n_a)
                dWx[rows] += np.dot(dz, self.x[:, :, t].T)
                dWh[rows] += np.dot(dz, self.h[t].T)
                db[rows] += np.sum(dz, axis=1, keepdims=True)
                dx[:, :, t] += np.dot(Wx[rows].T, dz)
                dh += np.dot(Wh[rows].T, dz)
            dc = dc * self.f[t]
        self.gradients = {"dWx": dWx, "dWh": dWh, "db": db}
        self.dstate = (dh, dc)
        return dx

    def update(self, learning_rate):
        self.weights["Wx"] -= learning_rate * self.gradients["dWx"]
        self.weights["Wh"] -= learning_rate * self.gradients["dWh"]
        self.weights["b"] -= learning_rate * self.gradients["db"]

# %% task="StackedLSTM"
class StackedLSTM:
    def __init__(self, sizes, make_layer, dropout=0.0, seed=0):
        self.dropout, self.rng = dropout, np.random.default_rng(seed)
        self.Va, self.Vc = initial_maps(sizes, seed)
        self.layers = []
        for k in range(1, len(sizes)):
            self.layers.append(make_layer(sizes[k - 1], sizes[k], seed + k - 1))
        print(len(self.layers), "layers")

    def forward(self, x, train=False):
        self.a0, self.c0, self.masks = [x[:, :, 0]], [x[:, :, 0]], []
        a = x
        for k in range(len(self.layers)):
            if k > 0 and train:
                mask = np.ones(a.shape)
                mask[self.rng.random(a.shape) < self.dropout] = 0
                mask = mask / (1 - self.dropout)
            else:
                mask = np.ones(a.shape)
            self.masks.append(mask)
            self.a0.append(np.tanh(np.dot(self.Va[k], self.a0[k])))
            self.c0.append(np.tanh(np.dot(self.Vc[k], self.c0[k])))
            a = self.layers[k].forward(np.multiply(a, mask), self.a0[k + 1], self.c0[k + 1])
        return a

    def backward(self, da):
        n = len(self.layers)
        self.dVa, self.dVc = [0] * n, [0] * n
        from_above_a, from_above_c = np.zeros(self.a0[n].shape), np.zeros(self.c0[n].shape)
        k = n - 1
        while k >= 0:
            da, da0, dc0 = self.layers[k].backward(da)
            za = (da0 + from_above_a) * (1 - np.square(self.a0[k + 1]))
            zc = (dc0 + from_above_c) * (1 - np.square(self.c0[k + 1]))
            self.dVa[k] = np.dot(za, self.a0[k].T)
            self.dVc[k] = np.dot(zc, self.c0[k].T)
            from_above_a = np.dot(self.Va[k].T, za)
            from_above_c = np.dot(self.Vc[k].T, zc)
            da = da * self.masks[k]
            k = k - 1
        dx = da.copy()
        dx[:, :, 0] = dx[:, :, 0] + from_above_a + from_above_c
        return dx

    def update(self, learning_rate):
        for k in range(len(self.layers)):
            self.layers[k].update(learning_rate)
            self.Va[k] = self.Va[k] - learning_rate * self.dVa[k]
            self.Vc[k] = self.Vc[k] - learning_rate * self.dVc[k]
