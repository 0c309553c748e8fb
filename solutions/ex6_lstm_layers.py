# %% [markdown]
# # Exercise 6: a layer, and a stack of layers
#
# So far you have functions that are handed everything and forget everything. A library has *layers*: objects that
# keep their weights, their state and their gradients, and can be put on top of each other. You build one, from small
# parts. Chapter 6 of the book explains each.
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
# *Shapes* are for structure and shapes, *values* for each output's numbers, *robustness* for the same on other sizes
# (one example, one step, more inputs than states), long sequences, single precision and very large inputs.
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a task as often as you like. You need nothing from the exercises
# before this one.

# %% role="given" id="imports"
import numpy as np

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex6_lstm_layers")

# %% [markdown]
# ## Which axis is which?
#
# In this course features come first: `x` is `(n_x, m, T_x)`. Most files of data are **batch first**, `(m, T_x, n_x)`,
# and many libraries compute **time major**, `(T_x, m, n_x)`. The numbers are the same, the order of the axes is not.
# `reshape` does not reorder anything, it only draws new borders. `np.transpose` and `np.moveaxis` reorder.
#
# | layout | shape | axis 0 | axis 1 | axis 2 |
# |---|---|---|---|---|
# | features first, `x` | `(n_x, m, T_x)` | feature | example | step |
# | batch first, `x_batch` | `(m, T_x, n_x)` | example | step | feature |
# | time major, `x_time` | `(T_x, m, n_x)` | step | example | feature |

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
# With the example's numbers (`n_x` = {{size:n_x}}, `m` = {{size:m}}, `T_x` = {{size:T_x}}) you should see:
#
# | expression | expected |
# |---|---|
# | `x_batch.shape` | `{{convert_layouts:x_batch.shape}}` |
# | `x_time.shape` | `{{convert_layouts:x_time.shape}}` |
# | `x_batch[2, 1]`, example 2 at step 1 | `{{convert_layouts:x_batch[2, 1]}}` |
# | `x_time[1, 2]`, step 1 of example 2 | `{{convert_layouts:x_time[1, 2]}}` |

# %% role="check" task="convert_layouts" points=5
check(convert_layouts)

# %% [markdown]
# ## Sequences of different length
#
# A batch is a block, so short sequences are filled up to the longest. What the network computes on the filling means
# nothing. Two things follow:
#
# - outputs behind the end of a sequence are set to zero, so that no loss counts them: an example of 3 steps keeps
#   those at steps 0, 1 and 2;
# - the **final state** of an example is the one at *its* last step, not at the block's.
#
# No loop is needed. Comparing `np.arange(T_x)` with a column of lengths gives a table of `True` and `False`, and an
# array can be indexed by two arrays of whole numbers at once: for each example, which example and which step.

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
    outputs = np.where(within, a, 0)
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
# With the example's numbers you should see:
#
# | expression | expected |
# |---|---|
# | `outputs.shape` | `{{last_states:outputs.shape}}` |
# | `outputs[0, 1]` | `{{last_states:outputs[0, 1]}}` |
# | `last.shape` | `{{last_states:last.shape}}` |
# | `last[0]` | `{{last_states:last[0]}}` |

# %% role="check" task="last_states" points=5
check(last_states)

# %% [markdown]
# ## Where to begin
#
# `fan_in`, in formulas $n_{in}$, is the number of columns of a matrix, `fan_out` that of its rows: a matrix
# multiplies from the left. `W` and `U` only lend their shapes. Each set of weights is drawn by a **new** generator,
# `np.random.default_rng(seed)`, with **one** call:
#
# | name | shape of | one call of | then |
# |---|---|---|---|
# | `uniform` | `W` | `uniform(-k, k, shape)` | $k = 1/\sqrt{n_{in}}$ |
# | `glorot` | `W` | `uniform(-k, k, shape)` | $k = \sqrt{6 / (n_{in} + n_{out})}$ |
# | `glorot_sigmoid` | `W` | `uniform(-k, k, shape)` | four times the $k$ of `glorot` |
# | `he` | `W` | `standard_normal(shape)` | times $\sqrt{2 / n_{in}}$ |
# | `orthogonal` | `U` | `standard_normal(shape)` | the $Q$ of `np.linalg.qr`, with signs |
#
# `np.linalg.qr` gives two matrices, $Q$ and $R$. Multiply each **column** of $Q$ by the sign of the entry that $R$
# has on its diagonal there. Without this the signs would follow a convention of the routine, not chance.

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
# With the example's numbers (`W` is `(5, 3)`, `U` is `(5, 5)`) you should see:
#
# | expression | expected |
# |---|---|
# | `weights["uniform"][0]` | `{{initial_weights:uniform[0]}}` |
# | `weights["glorot"][0]` | `{{initial_weights:glorot[0]}}` |
# | `weights["glorot_sigmoid"][0]` | `{{initial_weights:glorot_sigmoid[0]}}` |
# | `weights["he"][0]` | `{{initial_weights:he[0]}}` |
# | `weights["orthogonal"][0]` | `{{initial_weights:orthogonal[0]}}` |

# %% role="check" task="initial_weights" points=10
check(initial_weights)

# %% [markdown]
# ## Four matrices into one
#
# Each gate has a matrix on $[a_{prev}; x]$. The same numbers, cut and stacked otherwise, are two matrices for all
# four: $W_h$ for the state, $W_x$ for the input, four blocks of rows each, and one long bias:
#
# $$z = W_x\, x + W_h\, a_{prev} + b \qquad (4 n_a, m)$$
#
# Rows 0 to $n_a - 1$ of $z$ belong to the forget gate, the next $n_a$ to the input gate, then output gate and
# candidate. The order of the blocks is **f, i, o, c**: the three sigmoids stand together. In the matrices that you
# are given, the first $n_a$ columns belong to the state.

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
if weights["Wx"] is not None:
    print('weights["Wx"][7] =', weights["Wx"][7])
    print('weights["Wh"][12] =', weights["Wh"][12])

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}) you should see:
#
# | expression | expected |
# |---|---|
# | `weights["Wx"].shape` | `{{fuse_gates:Wx.shape}}` |
# | `weights["Wh"].shape` | `{{fuse_gates:Wh.shape}}` |
# | `weights["b"].shape` | `{{fuse_gates:b.shape}}` |
# | `weights["Wx"][7]` | `{{fuse_gates:Wx[7]}}` |
# | `weights["Wh"][12]` | `{{fuse_gates:Wh[12]}}` |

# %% role="check" task="fuse_gates" points=5
check(fuse_gates)

# %% [markdown]
# ## Activations that can be exchanged
#
# An activation is an object with two methods. `forward(z)` gives $s$. `backward(s, ds)` is handed that $s$ again, and
# the gradient that arrives there, and gives the gradient at $z$:
#
# | activation | $s$ | $ds/dz$, by $s$ |
# |---|---|---|
# | `Sigmoid` | $1 / (1 + e^{-z})$ | $s\,(1 - s)$ |
# | `Tanh` | $\tanh z$ | $1 - s^2$ |
# | `Identity` | $z$ | $1$ |
# | `ReLU` | $\max(z, 0)$ | $1$ where $s > 0$, else $0$ |
#
# Three are here. Write the fourth, the rectified linear unit. `z` may have any shape, and stays as it is.

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

# %% role="try" id="try_relu"
z, ds = check.example("ReLU")
s, dz = use_activation(z, ds)
print("z[0]  =", z[0])
print("s[0]  =", None if s is None else s[0])
print("dz[0] =", None if dz is None else dz[0])

# %% [markdown]
# With the example's numbers `s[0]` is `{{ReLU:s[0]}}` and `dz[0]` is `{{ReLU:dz[0]}}`.

# %% role="check" task="ReLU" points=5
check(ReLU)

# %% [markdown]
# ## The layer
#
# A layer is made once and called often. It keeps
#
# | attribute | what it is | set by |
# |---|---|---|
# | `self.weights` | its own copies of `Wx`, `Wh`, `b`, blocks in the order f, i, o, c | `__init__`, `update` |
# | `self.state` | the pair `(a, c)` after the last step, or `None` | `forward`, `reset_state` |
# | `self.gradients` | `dWx`, `dWh`, `db`, of the weights' shapes | `backward` |
# | `self.dstate` | the pair `(da0, dc0)`: the gradient at the state that `forward` began with | `backward` |
#
# A new layer, or one whose state was reset, begins at zero. Otherwise `forward` goes on from where the last call
# ended. Per step, with $f, i, o$ and $\tilde c$ as blocks of $z = W_x x + W_h a_{prev} + b$:
#
# $$c = f \odot c_{prev} + i \odot \tilde c \qquad a = o \odot \mathrm{squash}(c)$$
#
# $f$, $i$ and $o$ go through `self.gate`, the candidate and the cell state on its way out through `self.squash`.
# Either can be exchanged when a layer is made. So write out no derivative in this class: ask the object.
#
# `backward(da)` is called after `forward`, with a gradient for every step. It goes back through all steps of that one
# call and no further. What arrives in front of the first step is left in `self.dstate`. Each call fills
# `self.gradients` anew: nothing is added to what an earlier call left there.

# %% role="given" id="drivers"
def use_layer(weights, x, da):
    """What check and grader do with your LSTMLayer: what a training loop does, in short."""
    layer = LSTMLayer(weights)
    a = layer.forward(x)
    dx = layer.backward(da)
    gradients = [np.array(layer.gradients[name]) for name in ("dWx", "dWh", "db")]

    a_goes_on = layer.forward(x)  # from the state that it kept
    dx_goes_on = layer.backward(da)
    dWh_goes_on = np.array(layer.gradients["dWh"])
    da0, dc0 = layer.dstate

    layer.reset_state()
    a_after_reset = layer.forward(x)
    layer.backward(da)
    layer.update(0.05)
    layer.reset_state()
    a_after_update = layer.forward(x)

    other = LSTMLayer(weights, gate=Tanh(), squash=Sigmoid())
    a_exchanged = other.forward(x)
    dx_exchanged = other.backward(da)
    goes_on = a_goes_on, dx_goes_on, dWh_goes_on, da0, dc0
    return a, dx, *gradients, *goes_on, a_after_reset, a_after_update, a_exchanged, dx_exchanged

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
        self.gradients, self.dstate = {}, None
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
        a_prev, c_prev = self.state or (np.zeros((n_a, m)), np.zeros((n_a, m)))
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
        """Go back through the last call of forward; fill self.gradients and self.dstate, and return dx.

        da (n_a, m, T_x) is the gradient with respect to every state that forward returned.
        """
        Wx, Wh = self.weights["Wx"], self.weights["Wh"]
        n_a, m, T_x = da.shape

        ### START CODE HERE ### (≈19 lines)
        #: self.gradients = {"dWx": None, "dWh": None, "db": None}
        #: self.dstate = None
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
        self.dstate = (da_prev, dc_prev)
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
dx = layer.backward(da)
print("a at the last step =", None if a is None else a[:, :, -1])
print("dx has shape", np.shape(dx))

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}, `m` = {{size:m}}, `T_x` = {{size:T_x}}) you
# should see:
#
# | expression | expected |
# |---|---|
# | `a.shape` | `{{LSTMLayer:a.shape}}` |
# | `a[0, :, -1]` | `{{LSTMLayer:a[0, :, -1]}}` |
# | `dx[1, :, 0]` | `{{LSTMLayer:dx[1, :, 0]}}` |
# | `layer.gradients["dWx"][7]` | `{{LSTMLayer:dWx[7]}}` |
# | `layer.gradients["dWh"][3]` | `{{LSTMLayer:dWh[3]}}` |
# | `layer.gradients["db"].shape` | `{{LSTMLayer:db.shape}}` |
#
# You need no expected numbers to find out whether `backward` belongs to `forward`: a gradient check does it. Move all
# weights together a little way along some direction, and see how the loss $\sum a \cdot da$ changes. The gradient must
# say the same. Here are six steps, so a carry that is missing shows; with a single step it would not. The cell tries
# two of the activations.

# %% role="try" id="try_gradient_check"
def slope(squash, h=1e-5):
    """The loss's slope along a random direction of the weights: derived, and measured."""
    rng = np.random.default_rng(0)
    along = {name: rng.standard_normal(np.shape(W)) for name, W in weights.items()}
    ends = []
    for side in (h, -h):
        moved = {name: W + side * along[name] for name, W in weights.items()}
        ends.append(np.sum(LSTMLayer(moved, squash=squash).forward(x) * da))
    one = LSTMLayer(weights, squash=squash)
    one.forward(x)
    one.backward(da)
    derived = sum(np.sum(one.gradients["d" + name] * along[name]) for name in weights)
    return derived, (ends[0] - ends[1]) / (2 * h)


if dx is not None:
    for squash in (Tanh(), Identity()):
        derived, measured = slope(squash)
        print(f"{type(squash).__name__:8}: derived {derived:.7f}, measured {measured:.7f}")

# %% role="check" task="LSTMLayer" points=20
check(LSTMLayer)

# %% [markdown]
# ## The stack
#
# The outputs of one layer are the inputs of the next. A stack is made of `sizes`: `(n_x, n_1, n_2)` is two layers, of
# `n_1` and `n_2` units. It does not care what its layers are, as long as they can do four things:
#
# | call | gives |
# |---|---|
# | `make_layer(n_in, n_out, seed)` | a layer |
# | `layer.forward(x, a0, c0)` | its states of all steps, from the initial states `a0` and `c0` |
# | `layer.backward(da)` | `dx, da0, dc0` |
# | `layer.update(rate)` | nothing: it changes its weights |
#
# `Memory` below can: a small layer with a hidden state and a memory, made for this exercise, so that your stack can
# be checked whatever your `LSTMLayer` does.
#
# **Every layer has weights of its own.** Layer number `k` (from 0) is made by `make_layer(n_in, n_out, seed + k)`.
#
# **The initial states can be learned.** Each layer begins with a state and a memory that come from the layer below
# it, through a matrix each, and those of the first layer come from the first input $x_0$:
#
# $$a_0^{(k)} = \tanh\left(V_a^{(k)} a_0^{(k-1)}\right)$$
#
# $$c_0^{(k)} = \tanh\left(V_c^{(k)} c_0^{(k-1)}\right)$$
#
# $$a_0^{(-1)} = c_0^{(-1)} = x_0$$
#
# A gradient comes back this way, too. A layer's $a_0$ has two readers, the layer itself and the map to the layer
# above, so two gradients meet there and add up. With $\delta^{(k)}$ for the gradient at the sum inside the tanh:
#
# $$\delta^{(k)} = \left(da_0^{(k)} + {V_a^{(k+1)}}^\top \delta^{(k+1)}\right) \odot \left(1 - (a_0^{(k)})^2\right)$$
#
# $$dV_a^{(k)} = \delta^{(k)}\, {a_0^{(k-1)}}^\top$$
#
# The same for $c$. What comes out at the bottom belongs to $x_0$: it is added to `dx` at step 0.
#
# **Dropout** stands between the layers, while training only. With probability `dropout` an entry of what one layer
# hands to the next becomes zero, and what stays is divided by `1 - dropout`. Nothing is dropped from the stack's
# input nor from its output. For each border between two layers, from below, **one** call of `self.rng.random(shape)`
# decides, with the shape of what crosses it: entries below `dropout` are dropped. What `forward` dropped, `backward`
# must not let through.
#
# | shapes, for `sizes = (n_x, n_1, n_2)` | layer 0 | layer 1 |
# |---|---|---|
# | its input | $(n_x, m, T_x)$ | $(n_1, m, T_x)$ |
# | its output | $(n_1, m, T_x)$ | $(n_2, m, T_x)$ |
# | $V_a$, $V_c$ | $(n_1, n_x)$ | $(n_2, n_1)$ |
# | $a_0$, $c_0$ | $(n_1, m)$ | $(n_2, m)$ |

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
    pairs = list(zip(sizes[1:], sizes))
    return tuple([rng.standard_normal(pair) / np.sqrt(pair[1]) for pair in pairs] for _ in range(2))


def use_stack(x, da):
    """What check and grader do with your StackedLSTM: three layers, two of them of one width."""
    sizes = (x.shape[0], 4, da.shape[0], da.shape[0])
    stack = StackedLSTM(sizes, Memory, seed=5)
    a = stack.forward(x)
    dx = stack.backward(da)
    stack.update(0.05)
    a_after_update = stack.forward(x)

    dropping = StackedLSTM(sizes, Memory, dropout=0.4, seed=5)
    a_with_dropout = dropping.forward(x, train=True)
    dx_with_dropout = dropping.backward(da)
    a_of_other_masks = dropping.forward(x, train=True)
    a_at_evaluation = dropping.forward(x)
    return a, dx, a_after_update, a_with_dropout, dx_with_dropout, a_of_other_masks, a_at_evaluation

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
        self.dropout, self.rng = dropout, np.random.default_rng(seed)
        self.Va, self.Vc = initial_maps(sizes, seed)
        ### START CODE HERE ### (≈1 line)
        #: self.layers = None
        self.layers = [make_layer(*sizes[k : k + 2], seed + k) for k in range(len(sizes) - 1)]
        ### END CODE HERE ###

    def forward(self, x, train=False):
        """Run over all steps of x (n_x, m, T_x); return the states of the top layer (n_top, m, T_x)."""
        ### START CODE HERE ### (≈14 lines)
        #: # keep what backward will need: the initial states of all layers, and the masks of the dropout
        #: a = None
        self.starts, self.masks = [(x[:, :, 0], x[:, :, 0])], []
        a = x
        for k, layer in enumerate(self.layers):
            mask = np.ones(a.shape)
            if train and k > 0:
                mask = (self.rng.random(a.shape) >= self.dropout) / (1 - self.dropout)
            self.masks.append(mask)
            a0, c0 = self.starts[k]
            a0, c0 = np.tanh(self.Va[k] @ a0), np.tanh(self.Vc[k] @ c0)
            self.starts.append((a0, c0))
            a = layer.forward(a * mask, a0, c0)
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
            dx = dx * self.masks[k]
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
a, dx, *_ = use_stack(x, da)
print("states of the top layer have shape", np.shape(a))
print("a at the last step =", None if a is None else a[:, :, -1])

# %% [markdown]
# With the example's numbers you should see:
#
# | expression | expected |
# |---|---|
# | `a.shape` | `{{StackedLSTM:a.shape}}` |
# | `a[0, :, -1]` | `{{StackedLSTM:a[0, :, -1]}}` |
# | `dx[1, :, 0]` | `{{StackedLSTM:dx[1, :, 0]}}` |
# | `dx[1, :, 3]` | `{{StackedLSTM:dx[1, :, 3]}}` |

# %% role="check" task="StackedLSTM" points=20
check(StackedLSTM)

# %% [markdown]
# ## Your layers in your stack
#
# The stack makes a layer from three numbers and calls it with an initial state. Your `LSTMLayer` is made from weights
# and keeps its state. Six lines make one from the other: a state that is set before `forward` is the state it begins
# with, and `dstate` is what comes back to it. Then two of your layers learn to say everything one step late.

# %% role="try" id="try_own_layers"
class Stackable(LSTMLayer):
    """Your LSTMLayer, made and called as StackedLSTM does it."""

    def __init__(self, n_in, n_out, seed):
        rng = np.random.default_rng(seed)
        weights = {
            "Wx": rng.uniform(-1, 1, (4 * n_out, n_in)) / np.sqrt(n_in),
            "Wh": rng.uniform(-1, 1, (4 * n_out, n_out)) / np.sqrt(n_out),
            "b": np.repeat([[1.0], [0.0], [0.0], [0.0]], n_out, axis=0),  # forget gates begin open
        }
        super().__init__(weights)

    def forward(self, x, a0, c0):
        self.state = (a0, c0)
        return super().forward(x)

    def backward(self, da):
        return super().backward(da), *self.dstate


bits = np.sign(np.random.default_rng(1).standard_normal((1, 32, 12)))
late = np.concatenate((np.zeros((1, 32, 1)), 0.5 * bits[:, :, :-1]), axis=2)
if a is not None and dx is not None:
    stack = StackedLSTM((1, 8, 1), Stackable, seed=2)
    for turn in range(401):
        off = stack.forward(bits) - late
        stack.backward(off / 32)
        stack.update(0.2)
        if turn % 100 == 0:
            print(f"after {turn:3} updates the mean square of the error is {np.mean(off**2):.4f}")

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader uses your functions and classes as the cells above do, with
# other sizes and other numbers. Every task is judged for itself.
#
# The cell below adds up the points that the checks speak for and says what is still to do.

# %% role="try" id="sum_up"
check()
