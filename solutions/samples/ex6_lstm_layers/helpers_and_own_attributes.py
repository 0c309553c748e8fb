# %%
GATES = "fioc"


def fresh(seed):
    return np.random.default_rng(seed)


def stacked(parameters, kind):
    return np.concatenate([parameters[kind + gate] for gate in GATES], axis=0)


def tanh_back(y, dy):
    return dy * (1 - y) * (1 + y)


class Step:
    """What one step of a layer keeps."""

    def __init__(self, **kept):
        self.__dict__.update(kept)

# %% task="convert_layouts"
def convert_layouts(x):
    x_time = np.swapaxes(x, 0, 2)
    x_batch = np.swapaxes(x_time, 0, 1)
    return [x_batch, x_time]

# %% task="last_states"
def last_states(a, lengths):
    within = np.stack([np.arange(a.shape[-1]) < n for n in lengths])
    outputs = a * within[np.newaxis]
    last = np.stack([a[:, e, n - 1] for e, n in enumerate(lengths)], axis=1)
    return outputs, last

# %% task="initial_weights"
def initial_weights(W, U, seed):
    fan_out, fan_in = W.shape
    limits = {"uniform": fan_in ** -0.5, "glorot": (6 / sum(W.shape)) ** 0.5, "glorot_sigmoid": 4 * (6 / sum(W.shape)) ** 0.5}
    found = {name: fresh(seed).uniform(-k, k, W.shape) for name, k in limits.items()}
    found["he"] = np.multiply(fresh(seed).standard_normal(W.shape), np.sqrt(2.0 / fan_in))
    Q, R = np.linalg.qr(fresh(seed).standard_normal(U.shape))
    found["orthogonal"] = (np.sign(np.diag(R))[:, None] * Q.T).T
    return found

# %% task="fuse_gates"
def fuse_gates(parameters):
    n_a = len(parameters["bf"])
    weights = {"b": stacked(parameters, "b")}
    weights["Wh"], weights["Wx"] = np.split(stacked(parameters, "W"), [n_a], axis=1)
    return weights

# %% task="ReLU"
class ReLU:
    slope = 1.0

    def forward(self, z):
        self.open = z > 0
        return np.clip(z, 0, None)

    def backward(self, s, ds):
        return self.slope * ds * self.open

# %% task="LSTMLayer"
class LSTMLayer:
    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = {name: np.array(weights[name]) for name in ("Wx", "Wh", "b")}
        self.gradients, self.dstate = {}, None
        self.gate, self.squash = gate, squash
        self.calls = 0
        self.reset_state()

    def reset_state(self):
        self.state = None

    @property
    def n_a(self):
        return self.weights["Wh"].shape[1]

    def blocks(self, array):
        return [array[k * self.n_a : (k + 1) * self.n_a] for k in range(4)]

    def begin(self, m):
        return self.state if self.state is not None else tuple(np.zeros((2, self.n_a, m)))

    def step(self, xt, a_prev, c_prev):
        v = np.concatenate((a_prev, xt))
        z = np.hstack((self.weights["Wh"], self.weights["Wx"])) @ v + self.weights["b"]
        zf, zi, zo, zc = self.blocks(z)
        f, i, o = map(self.gate.forward, (zf, zi, zo))
        g = self.squash.forward(zc)
        c = c_prev * f + g * i
        out = self.squash.forward(c)
        return o * out, c, Step(v=v, c_prev=c_prev, f=f, i=i, o=o, g=g, out=out)

    def forward(self, x):
        self.calls += 1
        a, c = self.begin(x.shape[1])
        self.tape, states = [], []
        for xt in np.moveaxis(x, 2, 0):
            a, c, kept = self.step(xt, a, c)
            self.tape.append(kept)
            states.append(a)
        self.state = [a, c]
        return np.dstack(states)

    def step_back(self, kept, da, dc):
        dc = dc + self.squash.backward(kept.out, da * kept.o)
        dz = np.concatenate([
            self.gate.backward(kept.f, dc * kept.c_prev), self.gate.backward(kept.i, dc * kept.g),
            self.gate.backward(kept.o, da * kept.out), self.squash.backward(kept.g, dc * kept.i),
        ])
        self.dW += dz @ kept.v.T
        self.gradients["db"] = self.gradients["db"] + dz.sum(axis=1)[:, np.newaxis]
        return np.hstack((self.weights["Wh"], self.weights["Wx"])).T @ dz, dc * kept.f

    def backward(self, da):
        self.dW = np.zeros((4 * self.n_a, self.n_a + self.weights["Wx"].shape[1]))
        self.gradients["db"] = 0
        da_prev, dc, dx = 0, 0, []
        for t in reversed(range(len(self.tape))):
            dv, dc = self.step_back(self.tape[t], da[:, :, t] + da_prev, dc)
            da_prev = dv[: self.n_a]
            dx.insert(0, dv[self.n_a :])
        self.gradients["dWh"], self.gradients["dWx"] = np.split(self.dW, [self.n_a], axis=1)
        self.dstate = (da_prev, dc)
        return np.stack(dx, axis=2)

    def update(self, learning_rate):
        for name in ("b", "Wh", "Wx"):
            self.weights[name] = self.weights[name] + (-learning_rate) * self.gradients["d" + name]

# %% task="StackedLSTM"
class StackedLSTM:
    def __init__(self, sizes, make_layer, dropout=0.0, seed=0):
        self.dropout, self.rng = dropout, np.random.default_rng(seed)
        self.Va, self.Vc = initial_maps(sizes, seed)
        self.layers = list(map(make_layer, sizes[:-1], sizes[1:], range(seed, seed + len(sizes) - 1)))

    def mask(self, shape):
        kept = self.rng.random(shape) >= self.dropout
        return kept.astype(float) / (1.0 - self.dropout)

    def chain(self, maps, start):
        states = [start]
        for V in maps:
            states.append(np.tanh(V @ states[-1]))
        return states

    def forward(self, x, train=False):
        self.a0, self.c0 = self.chain(self.Va, x[:, :, 0]), self.chain(self.Vc, x[:, :, 0])
        self.masks = {}
        a = self.layers[0].forward(x, self.a0[1], self.c0[1])
        for k in range(1, len(self.layers)):
            if train:
                self.masks[k] = self.mask(a.shape)
                a = a * self.masks[k]
            a = self.layers[k].forward(a, self.a0[k + 1], self.c0[k + 1])
        return a

    def chain_back(self, maps, states, given):
        gradients, above = [], 0
        for k in reversed(range(len(maps))):
            d = tanh_back(states[k + 1], given[k] + above)
            gradients.append(d @ states[k].T)
            above = maps[k].T @ d
        return gradients[::-1], above

    def backward(self, da):
        starts = {}
        for k in reversed(range(len(self.layers))):
            da, *starts[k] = self.layers[k].backward(da)
            da = da * self.masks.get(k, 1)
        self.dVa, down_a = self.chain_back(self.Va, self.a0, {k: s[0] for k, s in starts.items()})
        self.dVc, down_c = self.chain_back(self.Vc, self.c0, {k: s[1] for k, s in starts.items()})
        dx = np.array(da)
        dx[:, :, 0] += down_a
        dx[:, :, 0] += down_c
        return dx

    def update(self, learning_rate):
        for maps, gradients in ((self.Va, self.dVa), (self.Vc, self.dVc)):
            for V, dV in zip(maps, gradients):
                V -= learning_rate * dV
        [layer.update(learning_rate) for layer in self.layers]
