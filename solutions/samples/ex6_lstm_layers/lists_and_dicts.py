# %% task="convert_layouts"
def convert_layouts(x):
    batch = [[x[:, e, t].tolist() for t in range(x.shape[2])] for e in range(x.shape[1])]
    time = [[x[:, e, t].tolist() for e in range(x.shape[1])] for t in range(x.shape[2])]
    return batch, time

# %% task="last_states"
def last_states(a, lengths):
    T_x = a.shape[2]
    parts = [np.hstack((a[:, e, :n], np.zeros((len(a), T_x - n)))) for e, n in enumerate(lengths.tolist())]
    return np.stack(parts, axis=1).tolist(), [[row[e, n - 1] for e, n in enumerate(lengths)] for row in a]

# %% task="initial_weights"
def initial_weights(W, U, seed):
    fan_out, fan_in = W.shape
    rng = {name: np.random.default_rng(seed) for name in "ughqo"}
    k = (6 / (fan_in + fan_out)) ** 0.5
    weights = {"uniform": (2 * rng["u"].random(W.shape) - 1) / fan_in**0.5, "glorot": rng["g"].uniform(-k, k, W.shape)}
    weights["glorot_sigmoid"] = [[4 * w for w in row] for row in weights["glorot"]]
    weights["he"] = rng["h"].normal(0.0, (2 / fan_in) ** 0.5, W.shape)
    Q, R = np.linalg.qr(rng["o"].normal(size=U.shape))
    weights["orthogonal"] = np.column_stack([q if r > 0 else -q for q, r in zip(Q.T, R.diagonal())])
    return weights

# %% task="fuse_gates"
def fuse_gates(parameters):
    n_a = parameters["bf"].shape[0]
    Wx, Wh, b = [], [], []
    for gate in ("f", "i", "o", "c"):
        for row in parameters["W" + gate]:
            Wh.append(row[:n_a])
            Wx.append(row[n_a:])
        b.extend(parameters["b" + gate].tolist())
    return {"Wx": Wx, "Wh": Wh, "b": b}

# %% task="ReLU"
class ReLU:
    def forward(self, z):
        s = z.copy()
        s[s < 0] = 0
        return s

    def backward(self, s, ds):
        return ds * np.heaviside(s, 0)

# %% task="LSTMLayer"
class LSTMLayer:
    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = {name: np.array(weights[name]) for name in ("Wx", "Wh", "b")}
        self.gradients, self.dstate = {}, None
        self.gate, self.squash = gate, squash
        self.reset_state()

    def reset_state(self):
        self.state = None

    def forward(self, x):
        n_a = self.weights["Wh"].shape[1]
        if self.state is None:
            self.state = {"a": np.zeros((n_a, x.shape[1])), "c": np.zeros((n_a, x.shape[1]))}
        now = dict(self.state)
        self.kept, a = [], []
        for t in range(x.shape[2]):
            old = dict(now)
            z = self.weights["Wx"].dot(x[..., t]) + self.weights["Wh"].dot(old["a"]) + self.weights["b"]
            zs = dict(zip("fioc", np.vsplit(z, 4)))
            s = {name: (self.squash if name == "c" else self.gate).forward(one) for name, one in zs.items()}
            now["c"] = np.add(s["f"] * old["c"], s["i"] * s["c"])
            s["bent"] = self.squash.forward(now["c"])
            now["a"] = s["o"] * s["bent"]
            self.kept.append({"x": x[..., t], "old": old, "s": s})
            a.append(now["a"])
        self.state = now
        return np.stack(a, axis=-1)

    def backward(self, da):
        total, dx = {"dWx": 0, "dWh": 0, "db": 0}, []
        carried = {"a": 0, "c": 0}
        for kept, direct in zip(self.kept[::-1], np.moveaxis(da, 2, 0)[::-1]):
            s, old = kept["s"], kept["old"]
            g = direct + carried["a"]
            gc = carried["c"] + self.squash.backward(s["bent"], g * s["o"])
            d = {"f": gc * old["c"], "i": gc * s["c"], "o": g * s["bent"], "c": gc * s["i"]}
            d = {name: (self.squash if name == "c" else self.gate).backward(s[name], one) for name, one in d.items()}
            dz = np.vstack(list(d.values()))
            total["dWx"] = total["dWx"] + dz.dot(kept["x"].T)
            total["dWh"] = total["dWh"] + dz.dot(old["a"].T)
            total["db"] = total["db"] + dz.sum(axis=1, keepdims=True)
            dx.append(self.weights["Wx"].T.dot(dz))
            carried = {"a": self.weights["Wh"].T.dot(dz), "c": gc * s["f"]}
        self.gradients = {name: value.tolist() for name, value in total.items()}
        self.dstate = tuple(carried.values())
        return np.stack(dx[::-1], axis=-1)

    def update(self, learning_rate):
        for name in self.weights:
            self.weights[name] -= learning_rate * np.array(self.gradients["d" + name])
