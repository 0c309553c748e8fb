# %% [markdown]
# # Exercise 6: a layer, and a stack of layers
#
# So far you have functions that are handed everything and forget everything. A library has *layers*: objects that keep
# their weights, their state and their gradients, and can be put on top of each other. You build one, from small parts.
# Chapter 6 of the book explains each.
#
# | what you write | what it does | points | made up of |
# |---|---|---|---|
# | `convert_layouts` | the three orders of axes | {{points:convert_layouts}} | {{kinds:convert_layouts}} |
# | `last_states` | sequences of different length | {{points:last_states}} | {{kinds:last_states}} |
# | `initial_weights` | five ways to begin | {{points:initial_weights}} | {{kinds:initial_weights}} |
# | `fuse_gates` | four matrices into one | {{points:fuse_gates}} | {{kinds:fuse_gates}} |
# | `ReLU` | an activation that can be exchanged | {{points:ReLU}} | {{kinds:ReLU}} |
# | `LSTMLayer` | a layer with state, gradients and update | {{points:LSTMLayer}} | {{kinds:LSTMLayer}} |
# | `StackedLSTM` | layers on top of each other | {{points:StackedLSTM}} | {{kinds:StackedLSTM}} |
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a task as often as you like. You need nothing from the exercises
# before this one.

# %% role="given" id="imports"
import numpy as np

# %% role="bind" id="bind_check"
from autograder.student import exercise

check = exercise("ex6_lstm_layers")

# %% [markdown]
# ## Which axis is which?
#
# In this course features come first: `x` is `(n_x, m, T_x)`. Most files of data are **batch first**, `(m, T_x, n_x)`,
# and many libraries compute **time major**, `(T_x, m, n_x)`. The numbers are the same, the order of the axes is not.
# `reshape` does not reorder anything, it only draws new borders. `np.transpose` and `np.moveaxis` reorder.

# %% role="solve" task="convert_layouts"
def convert_layouts(x):
    """Bring a batch of sequences into the other two layouts.

    Parameters
    ----------
    x : ndarray of shape (n_x, m, T_x)
        Features first.

    Returns
    -------
    x_batch : ndarray of shape (m, T_x, n_x)
        Batch first.
    x_time : ndarray of shape (T_x, m, n_x)
        Time major.
    """
    ### START CODE HERE ### (≈2 lines)
    #: x_batch = None
    #: x_time = None
    x_batch = np.transpose(x, (1, 2, 0))
    x_time = np.transpose(x, (2, 1, 0))
    ### END CODE HERE ###

    return x_batch, x_time

# %% role="try" id="try_convert_layouts"
(x,) = check.example("convert_layouts")
x_batch, x_time = convert_layouts(x)
print(x.shape, "batch first:", np.shape(x_batch), "time major:", np.shape(x_time))

# %% [markdown]
# With the example's numbers you should see `{{convert_layouts:x_batch.shape}}` and `{{convert_layouts:x_time.shape}}`,
# and `x_batch[2, 1]` is the input of example 2 at step 1: `{{convert_layouts:x_batch[2, 1]}}`.

# %% role="check" task="convert_layouts" points=5
check(convert_layouts)

# %% [markdown]
# ## Sequences of different length
#
# A batch is a block, so short sequences are filled up to the longest. What the network computes on the filling means
# nothing. Two things follow: outputs behind the end of a sequence are set to zero, so that no loss counts them, and the
# **final state** of an example is the one at *its* last step, not at the block's.

# %% role="solve" task="last_states"
def last_states(a, lengths):
    """Blank out what lies behind the end of each sequence, and pick each one's final state.

    Parameters
    ----------
    a : ndarray of shape (n_a, m, T_x)
        Hidden states of all steps; left unchanged.
    lengths : ndarray of shape (m,)
        Number of steps of each example, integers from 1 to T_x.

    Returns
    -------
    outputs : ndarray of shape (n_a, m, T_x)
        The states, zero behind each example's last step.
    last : ndarray of shape (n_a, m)
        The state at each example's last step.
    """
    T_x = a.shape[2]

    ### START CODE HERE ### (≈3 lines)
    #: outputs = None
    #: last = None
    within = np.arange(T_x) < lengths[:, np.newaxis]  # (m, T_x)
    outputs = a * within
    last = a[:, np.arange(len(lengths)), lengths - 1]
    ### END CODE HERE ###

    return outputs, last

# %% role="try" id="try_last_states"
a, lengths = check.example("last_states")
outputs, last = last_states(a, lengths)
print("lengths =", lengths)
print("outputs[0] =", None if outputs is None else outputs[0])
print("last =", last)

# %% [markdown]
# With the example's numbers `last[0]` is `{{last_states:last[0]}}`.

# %% role="check" task="last_states" points=5
check(last_states)

# %% [markdown]
# ## Where to begin
#
# `fan_in` is the number of columns of a matrix, `fan_out` the number of its rows: a matrix here multiplies from the
# left. `W` and `U` only lend their shapes. Each set of weights is drawn with a generator of its own, always the same:
# `np.random.default_rng(seed)`, and **one** call of it.
#
# | name | shape of | one call of | then |
# |---|---|---|---|
# | `uniform` | `W` | `uniform(-k, k, shape)` | $k = 1/\sqrt{\text{fan\_in}}$ |
# | `glorot` | `W` | `uniform(-k, k, shape)` | $k = \sqrt{6 / (\text{fan\_in} + \text{fan\_out})}$ |
# | `glorot_sigmoid` | `W` | `uniform(-k, k, shape)` | four times the $k$ of `glorot` |
# | `he` | `W` | `standard_normal(shape)` | times $\sqrt{2 / \text{fan\_in}}$ |
# | `orthogonal` | `U` | `standard_normal(shape)` | `np.linalg.qr` of it: the $Q$, each column times the sign of $R$'s diagonal |

# %% role="solve" task="initial_weights"
def initial_weights(W, U, seed):
    """Draw weights in five ways.

    Parameters
    ----------
    W : ndarray of shape (n_a, n_x)
        Its shape is wanted, for all but the orthogonal weights.
    U : ndarray of shape (n_a, n_a)
        Its shape is wanted, for the orthogonal weights.
    seed : int
        Each set of weights is drawn from a new `np.random.default_rng(seed)`.

    Returns
    -------
    weights : dict
        uniform, glorot, glorot_sigmoid, he (n_a, n_x), and orthogonal (n_a, n_a).
    """
    fan_out, fan_in = W.shape

    ### START CODE HERE ### (≈8 lines)
    #: uniform = None
    #: glorot = None
    #: glorot_sigmoid = None
    #: he = None
    #: orthogonal = None
    def within(k):
        return np.random.default_rng(seed).uniform(-k, k, W.shape)

    limit = np.sqrt(6 / (fan_in + fan_out))
    uniform = within(1 / np.sqrt(fan_in))
    glorot = within(limit)
    glorot_sigmoid = within(4 * limit)
    he = np.random.default_rng(seed).standard_normal(W.shape) * np.sqrt(2 / fan_in)
    Q, R = np.linalg.qr(np.random.default_rng(seed).standard_normal(U.shape))
    orthogonal = Q * np.sign(np.diag(R))
    ### END CODE HERE ###

    return {"uniform": uniform, "glorot": glorot, "glorot_sigmoid": glorot_sigmoid, "he": he, "orthogonal": orthogonal}

# %% role="try" id="try_initial_weights"
W, U, seed = check.example("initial_weights")
weights = initial_weights(W, U, seed)
for name, drawn in weights.items():
    print(name, None if drawn is None else (drawn.shape, "largest entry", np.abs(drawn).max()))
if weights["orthogonal"] is not None:
    print(weights["orthogonal"].T @ weights["orthogonal"])  # one, but for rounding

# %% [markdown]
# With the example's numbers:
#
# | expression | expected |
# |---|---|
# | `weights["glorot"][0]` | `{{initial_weights:glorot[0]}}` |
# | `weights["he"][0]` | `{{initial_weights:he[0]}}` |
# | `weights["orthogonal"][0]` | `{{initial_weights:orthogonal[0]}}` |

# %% role="check" task="initial_weights" points=10
check(initial_weights)

# %% [markdown]
# ## Four matrices into one
#
# Each gate has a matrix on $[a_{prev}; x]$. The same numbers, cut and stacked otherwise, are two matrices for all four:
# $W_h$ for the state, $W_x$ for the input, four blocks of rows each, and one long bias. Then a step needs one product
# with the state, and the products with the inputs of *all* steps can be one. The order of the blocks is **f, i, o, c**:
# the three sigmoids stand together.

# %% role="solve" task="fuse_gates"
def fuse_gates(parameters):
    """Stack the weights of the four gates.

    Parameters
    ----------
    parameters : dict
        Wf, Wi, Wo, Wc (n_a, n_a + n_x), acting on the state's rows on top of the input's; bf, bi, bo, bc (n_a, 1).

    Returns
    -------
    weights : dict
        Wx (4 n_a, n_x), Wh (4 n_a, n_a), b (4 n_a, 1); blocks of rows in the order f, i, o, c.
    """
    n_a = parameters["bf"].shape[0]

    ### START CODE HERE ### (≈4 lines)
    #: Wx = None
    #: Wh = None
    #: b = None
    W = np.concatenate([parameters["W" + gate] for gate in "fioc"])  # (4 n_a, n_a + n_x)
    Wh, Wx = W[:, :n_a], W[:, n_a:]
    b = np.concatenate([parameters["b" + gate] for gate in "fioc"])
    ### END CODE HERE ###

    return {"Wx": Wx, "Wh": Wh, "b": b}

# %% role="try" id="try_fuse_gates"
(parameters,) = check.example("fuse_gates")
weights = fuse_gates(parameters)
for name, matrix in weights.items():
    print(name, np.shape(matrix))

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}) the shapes are `{{fuse_gates:Wx.shape}}`,
# `{{fuse_gates:Wh.shape}}` and `{{fuse_gates:b.shape}}`, and `weights["Wx"][7]` is `{{fuse_gates:Wx[7]}}`.

# %% role="check" task="fuse_gates" points=5
check(fuse_gates)

# %% [markdown]
# ## Activations that can be exchanged
#
# An activation is an object with two methods. `forward(z)` gives $s$. `backward(s, ds)` is handed that $s$ again, and the
# gradient that arrives there, and gives the gradient at $z$. Three are here. Write the fourth, the rectified linear
# unit, $s = \max(z, 0)$: it lets a gradient through where $s$ is positive, and nowhere else.

# %% role="given" id="activations"
class Sigmoid:
    """s = 1 / (1 + exp(-z)), between 0 and 1, without overflow."""

    def forward(self, z):
        return 0.5 * (1.0 + np.tanh(0.5 * z))

    def backward(self, s, ds):
        return ds * s * (1 - s)


class Tanh:
    """s = tanh(z), between -1 and 1."""

    def forward(self, z):
        return np.tanh(z)

    def backward(self, s, ds):
        return ds * (1 - s * s)


class Identity:
    """s = z: no activation at all."""

    def forward(self, z):
        return z

    def backward(self, s, ds):
        return ds


def use_activation(z, ds):
    """What check and grader do with your ReLU."""
    relu = ReLU()
    s = relu.forward(z)
    return s, relu.backward(s, ds)

# %% role="solve" task="ReLU"
class ReLU:
    """s = max(z, 0)."""

    def forward(self, z):
        """Give the activation of z, an ndarray of any shape."""
        ### START CODE HERE ### (≈1 line)
        #: s = None
        s = np.maximum(z, 0)
        ### END CODE HERE ###
        return s

    def backward(self, s, ds):
        """Give the gradient at z; ds is the gradient at s = forward(z)."""
        ### START CODE HERE ### (≈1 line)
        #: dz = None
        dz = ds * (s > 0)
        ### END CODE HERE ###
        return dz

# %% role="check" task="ReLU" points=5
check(ReLU)

# %% [markdown]
# ## The layer
#
# A layer is made once and called often. It keeps
#
# - `self.weights`, its own copies of `Wx`, `Wh`, `b`, with the blocks in the order f, i, o, c;
# - `self.state`, the pair `(a, c)` after the last step. A new layer, or one whose state was reset, begins at zero; the
#   next call of `forward` goes on from where the last one ended;
# - `self.gradients`, which `backward` fills: `dWx`, `dWh`, `db`.
#
# $f$, $i$ and $o$ go through `self.gate`, the candidate and the cell state on its way out through `self.squash`.
# Whoever makes a layer may exchange them. That is why no derivative stands in this class: ask the object.
#
# `backward(da)` is called after `forward`, with a gradient for every step. It goes back through all steps of that one
# call and no further: the state that the layer began with counts as a constant.

# %% role="given" id="drivers"
def use_layer(weights, x, da):
    """What check and grader do with your LSTMLayer: what a training loop does, in short."""
    layer = LSTMLayer(weights)
    a = layer.forward(x)
    dx = layer.backward(da)
    gradients = [np.array(layer.gradients[name]) for name in ("dWx", "dWh", "db")]
    a_goes_on = layer.forward(x)  # from the state that it kept
    layer.reset_state()
    a_after_reset = layer.forward(x)
    layer.backward(da)
    layer.update(0.05)
    layer.reset_state()
    a_after_update = layer.forward(x)
    other = LSTMLayer(weights, squash=Identity())
    a_identity = other.forward(x)
    dx_identity = other.backward(da)
    return a, dx, *gradients, a_goes_on, a_after_reset, a_after_update, a_identity, dx_identity

# %% role="solve" task="LSTMLayer"
class LSTMLayer:
    """An LSTM layer with fused gates.

    Parameters
    ----------
    weights : dict
        Wx (4 n_a, n_x), Wh (4 n_a, n_a), b (4 n_a, 1); blocks f, i, o, c. Copied.
    gate, squash : activation, optional
        Objects with `forward` and `backward`.
    """

    def __init__(self, weights, gate=Sigmoid(), squash=Tanh()):
        self.weights = {name: np.array(weights[name]) for name in ("Wx", "Wh", "b")}
        self.gradients = {}
        self.gate, self.squash = gate, squash
        self.reset_state()

    def reset_state(self):
        """Forget the state: the next call of forward begins at zero."""
        self.state = None

    def forward(self, x):
        """Run over all steps of x (n_x, m, T_x), go on from the kept state; return a (n_a, m, T_x)."""
        Wx, Wh, b = (self.weights[name] for name in ("Wx", "Wh", "b"))
        n_x, m, T_x = x.shape
        n_a = Wh.shape[1]

        ### START CODE HERE ### (≈13 lines)
        #: # keep in self.steps what backward will need of each step
        #: self.steps = None
        #: a = None
        #: self.state = None
        a_prev, c_prev = (np.zeros((n_a, m)), np.zeros((n_a, m))) if self.state is None else self.state
        self.steps = []
        a = np.zeros((n_a, m, T_x))
        for t in range(T_x):
            z = Wx @ x[:, :, t] + Wh @ a_prev + b  # (4 n_a, m)
            gates = self.gate.forward(z[: 3 * n_a])
            cct = self.squash.forward(z[3 * n_a :])
            ft, it, ot = np.split(gates, 3)
            c_next = ft * c_prev + it * cct
            bent = self.squash.forward(c_next)
            self.steps.append((x[:, :, t], a_prev, c_prev, gates, cct, bent))
            a_prev, c_prev = ot * bent, c_next
            a[:, :, t] = a_prev
        self.state = (a_prev, c_prev)
        ### END CODE HERE ###

        return a

    def backward(self, da):
        """Go back through the last call of forward; fill self.gradients and return dx.

        da (n_a, m, T_x) is the gradient with respect to every state that forward returned.
        """
        Wx, Wh = self.weights["Wx"], self.weights["Wh"]
        n_a, m, T_x = da.shape

        ### START CODE HERE ### (≈18 lines)
        #: self.gradients = {"dWx": None, "dWh": None, "db": None}
        #: dx = None
        dx = np.zeros((Wx.shape[1], m, T_x))
        dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros((4 * n_a, 1))
        da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
        for t in reversed(range(T_x)):
            xt, a_prev, c_prev, gates, cct, bent = self.steps[t]
            ft, it, ot = np.split(gates, 3)
            da_next = da[:, :, t] + da_prev
            dc_next = dc_prev + self.squash.backward(bent, da_next * ot)
            dgates = np.concatenate((dc_next * c_prev, dc_next * cct, da_next * bent))
            dz = np.concatenate((self.gate.backward(gates, dgates), self.squash.backward(cct, dc_next * it)))
            dx[:, :, t] = Wx.T @ dz
            da_prev, dc_prev = Wh.T @ dz, dc_next * ft
            dWx += dz @ xt.T
            dWh += dz @ a_prev.T
            db += dz.sum(axis=1, keepdims=True)
        self.gradients = {"dWx": dWx, "dWh": dWh, "db": db}
        ### END CODE HERE ###

        return dx

    def update(self, learning_rate):
        """Take one step of gradient descent with the gradients of the last call of backward."""
        ### START CODE HERE ### (≈2 lines)
        #: # one line for each of the weights, or a loop
        #: self.weights = None
        for name in self.weights:
            self.weights[name] = self.weights[name] - learning_rate * self.gradients["d" + name]
        ### END CODE HERE ###

# %% role="try" id="try_lstm_layer"
weights, x, da = check.example("LSTMLayer")
layer = LSTMLayer(weights)
a = layer.forward(x)
print("a at the last step =", None if a is None else a[:, :, -1])
print("dx has shape", np.shape(layer.backward(da)))

# %% [markdown]
# With the example's numbers:
#
# | expression | expected |
# |---|---|
# | `a[0, :, -1]` | `{{LSTMLayer:a[0, :, -1]}}` |
# | `dx[1, :, 0]` | `{{LSTMLayer:dx[1, :, 0]}}` |
# | `layer.gradients["dWh"][3]` | `{{LSTMLayer:dWh[3]}}` |

# %% role="check" task="LSTMLayer" points=20
check(LSTMLayer)

# %% [markdown]
# ## The stack
#
# The outputs of one layer are the inputs of the next. A stack is made of `sizes`: `(n_x, n_1, n_2)` is two layers, of
# `n_1` and `n_2` units. It does not care what its layers are, as long as they can do four things, and `Memory` below
# can: a small layer with a hidden state and a memory, made for this exercise, so that your stack can be checked whatever
# your `LSTMLayer` does.
#
# **Every layer has weights of its own.** Layer number `k` (from 0) is made by `make_layer(n_in, n_out, seed + k)`.
#
# **The initial states can be learned.** Each layer begins with a state and a memory that come from the layer below it,
# through a matrix each, and those of the first layer come from the first input $x_0$:
#
# $$a_0^{(k)} = \tanh\left(V_a^{(k)} a_0^{(k-1)}\right) \qquad c_0^{(k)} = \tanh\left(V_c^{(k)} c_0^{(k-1)}\right)
# \qquad a_0^{(-1)} = c_0^{(-1)} = x_0$$
#
# So a gradient also comes back this way: `layer.backward(da)` returns `dx, da0, dc0`.
#
# **Dropout** between the layers, while training only: with probability `dropout` an entry of what one layer hands to the
# next becomes zero, and what stays is divided by `1 - dropout`. Nothing is dropped from the stack's input nor from its
# output. At the beginning of each call of `forward` with `train=True` a generator is made,
# `np.random.default_rng(self.seed)`, and for each border between two layers, from below, one call of `rng.random(shape)`
# decides: entries below `dropout` are dropped.

# %% role="given" id="memory"
class Memory:
    """A layer with a state and a memory: c = keep * c_prev + W x, a = tanh(c + V a_prev), for each step."""

    def __init__(self, n_in, n_out, seed):
        rng = np.random.default_rng(seed)
        self.W = rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)
        self.V = 0.5 * rng.standard_normal((n_out, n_out)) / np.sqrt(n_out)
        self.keep = 0.8

    def forward(self, x, a0, c0):
        """Run over all steps of x (n_in, m, T_x) from a0 and c0 (n_out, m); return a (n_out, m, T_x)."""
        self.x, states, memories = x, [a0], [c0]
        for xt in np.moveaxis(x, 2, 0):
            memories.append(self.keep * memories[-1] + self.W @ xt)
            states.append(np.tanh(memories[-1] + self.V @ states[-1]))
        self.a = np.stack(states, axis=2)
        return self.a[:, :, 1:].copy()

    def backward(self, da):
        """Keep the weights' gradients, and return dx, da0, dc0."""
        dx, self.dW, self.dV = np.zeros(self.x.shape), np.zeros(self.W.shape), np.zeros(self.V.shape)
        state, memory = np.zeros(da[:, :, 0].shape), np.zeros(da[:, :, 0].shape)
        for t in range(da.shape[2] - 1, -1, -1):
            inside = (state + da[:, :, t]) * (1 - self.a[:, :, t + 1] ** 2)
            memory = memory + inside
            self.dV += inside @ self.a[:, :, t].T
            self.dW += memory @ self.x[:, :, t].T
            dx[:, :, t] = self.W.T @ memory
            state, memory = self.V.T @ inside, self.keep * memory
        return dx, state, memory

    def update(self, learning_rate):
        """Take one step of gradient descent."""
        self.W = self.W - learning_rate * self.dW
        self.V = self.V - learning_rate * self.dV


def initial_maps(sizes, seed):
    """The matrices V_a and V_c of every layer, as two lists."""
    rng = np.random.default_rng(seed)
    pairs = list(zip(sizes[1:], sizes[:-1]))
    return tuple([rng.standard_normal(pair) / np.sqrt(pair[1]) for pair in pairs] for _ in range(2))


def use_stack(x, da):
    """What check and grader do with your StackedLSTM: three layers, two of them of one width."""
    sizes = (x.shape[0], 3, da.shape[0], da.shape[0])
    stack = StackedLSTM(sizes, Memory, seed=5)
    a = stack.forward(x)
    dx = stack.backward(da)
    stack.update(0.05)
    a_after_update = stack.forward(x)
    dropping = StackedLSTM(sizes, Memory, dropout=0.4, seed=5)
    a_with_dropout = dropping.forward(x, train=True)
    dx_with_dropout = dropping.backward(da)
    a_at_evaluation = dropping.forward(x)
    return a, dx, a_after_update, a_with_dropout, a_at_evaluation, dx_with_dropout

# %% role="solve" task="StackedLSTM"
class StackedLSTM:
    """Recurrent layers on top of each other, with initial states that can be learned.

    Parameters
    ----------
    sizes : tuple of int
        Number of inputs, then the number of units of each layer.
    make_layer : callable
        make_layer(n_in, n_out, seed) gives a layer like `Memory`.
    dropout : float, optional
        Share of the entries that are dropped between layers while training; 0 to 1, 1 left out.
    seed : int, optional
        Of the layers (`seed + k` for layer k), of the initial maps and of the dropout.
    """

    def __init__(self, sizes, make_layer, dropout=0.0, seed=0):
        self.dropout, self.seed = dropout, seed
        self.Va, self.Vc = initial_maps(sizes, seed)
        ### START CODE HERE ### (≈1 line)
        #: self.layers = None
        self.layers = [make_layer(n, k, seed + i) for i, (n, k) in enumerate(zip(sizes[:-1], sizes[1:]))]
        ### END CODE HERE ###

    def forward(self, x, train=False):
        """Run over all steps of x (n_x, m, T_x); return the states of the top layer (n_top, m, T_x)."""
        rng = np.random.default_rng(self.seed)

        ### START CODE HERE ### (≈14 lines)
        #: # keep what backward will need: the initial states of all layers, and the masks of the dropout
        #: a = None
        self.starts, self.masks = [(x[:, :, 0], x[:, :, 0])], []
        a = x
        for layer, Va, Vc in zip(self.layers, self.Va, self.Vc):
            if len(self.starts) > 1:
                mask = np.ones(a.shape)
                if train:
                    mask = (rng.random(a.shape) >= self.dropout) / (1 - self.dropout)
                self.masks.append(mask)
                a = a * mask
            a0, c0 = self.starts[-1]
            self.starts.append((np.tanh(Va @ a0), np.tanh(Vc @ c0)))
            a = layer.forward(a, *self.starts[-1])
        ### END CODE HERE ###

        return a

    def backward(self, da):
        """Go back through the last call of forward: every layer's gradients, those of the maps, and dx, returned."""
        ### START CODE HERE ### (≈14 lines)
        #: # from the top to the bottom; the initial states' gradients come down beside, and end in dx at step 0
        #: self.dVa, self.dVc = None, None
        #: dx = None
        self.dVa, self.dVc = [None] * len(self.layers), [None] * len(self.layers)
        dx, down_a, down_c = da, 0.0, 0.0
        for k in reversed(range(len(self.layers))):
            dx, da0, dc0 = self.layers[k].backward(dx)
            (a_below, c_below), (a0, c0) = self.starts[k], self.starts[k + 1]
            dza = (da0 + down_a) * (1 - a0**2)
            dzc = (dc0 + down_c) * (1 - c0**2)
            self.dVa[k], self.dVc[k] = dza @ a_below.T, dzc @ c_below.T
            down_a, down_c = self.Va[k].T @ dza, self.Vc[k].T @ dzc
            if k > 0:
                dx = dx * self.masks[k - 1]
        dx[:, :, 0] += down_a + down_c
        ### END CODE HERE ###

        return dx

    def update(self, learning_rate):
        """Take one step of gradient descent: every layer, and the maps of the initial states."""
        ### START CODE HERE ### (≈4 lines)
        #: # every layer has an update of its own
        #: self.Va, self.Vc = None, None
        for layer in self.layers:
            layer.update(learning_rate)
        self.Va = [V - learning_rate * dV for V, dV in zip(self.Va, self.dVa)]
        self.Vc = [V - learning_rate * dV for V, dV in zip(self.Vc, self.dVc)]
        ### END CODE HERE ###

# %% role="try" id="try_stacked_lstm"
x, da = check.example("StackedLSTM")
stack = StackedLSTM((x.shape[0], 3, da.shape[0]), Memory)
a = stack.forward(x)
print("states of the top layer have shape", np.shape(a))

# %% role="check" task="StackedLSTM" points=20
check(StackedLSTM)

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader uses your functions and classes as the cells above do, with
# other sizes and other numbers. Every task is judged for itself.
