# %% [markdown]
# # Exercise 3: the LSTM, forward in time
#
# You write two functions: one step of an LSTM, with its three gates and its cell state, and the loop that carries
# *two* states over a sequence. Chapter 3 of the book explains both; keep its notation page at hand.
#
# | function | what it does | points | made up of |
# |---|---|---|---|
# | `lstm_cell_forward` | one time step | {{points:lstm_cell_forward}} | {{kinds:lstm_cell_forward}} |
# | `lstm_forward` | all `T_x` time steps | {{points:lstm_forward}} | {{kinds:lstm_forward}} |
#
# *Shapes* are for structure and shapes, *values* for each output's numbers, *robustness* for the same on other sizes
# (one example, one step, more inputs than states), long sequences, single precision and very large inputs, and for
# caches that serve a backward pass.
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a function as often as you like: it says at once what is right and
# what is not. Cells of your own, with helper functions or experiments, are welcome anywhere.

# %% role="given" id="imports"
import numpy as np


def sigmoid(z):
    """Logistic function, entry by entry, without overflow for any z."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def softmax(z):
    """Softmax of each column of z (over axis 0), without overflow for any z."""
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex3_lstm_forward")

# %% [markdown]
# ## One step
#
# Stack the hidden state on the input: $[a^{\langle t-1\rangle}; x^{\langle t\rangle}]$ has shape `(n_a + n_x, m)`,
# the state's rows on top. Four layers read it, each with weights of shape `(n_a, n_a + n_x)` and a bias `(n_a, 1)`.
# Each result below has shape `(n_a, m)`; the prediction has shape `(n_y, m)`.
#
# | what | in code | what it asks or is | range |
# |---|---|---|---|
# | forget gate | `ft` | how much of the old cell state is kept? | $(0, 1)$ |
# | input gate | `it` | how much of the candidate is written? | $(0, 1)$ |
# | candidate | `cct` | what would be written | $(-1, 1)$ |
# | output gate | `ot` | how much of the memory is shown? | $(0, 1)$ |
# | cell state | `c_next` | what is kept plus what is written | any |
# | hidden state | `a_next` | the new memory, squeezed and shown | $(-1, 1)$ |
# | prediction | `yt_pred` | read off the new hidden state | $(0, 1)$ |
#
# Chapter 3 builds the equations part by part. Write yours first.
#
# <details>
# <summary>A hint: the equations</summary>
#
# | in code | formula |
# |---|---|
# | `ft` | $f = \sigma(W_f\,[a^{\langle t-1\rangle}; x^{\langle t\rangle}] + b_f)$; `it` and `ot` likewise |
# | `cct` | $\tilde c = \tanh(W_c\,[a^{\langle t-1\rangle}; x^{\langle t\rangle}] + b_c)$ |
# | `c_next` | $c^{\langle t\rangle} = f \odot c^{\langle t-1\rangle} + i \odot \tilde c$ |
# | `a_next` | $a^{\langle t\rangle} = o \odot \tanh(c^{\langle t\rangle})$ |
# | `yt_pred` | $\hat y^{\langle t\rangle} = \mathrm{softmax}\left(W_y\, a^{\langle t\rangle} + b_y\right)$ |
#
# </details>
#
# $\odot$ is the product entry by entry, `*` in numpy. Some courses call the input gate "update gate"; it is the same
# gate. The cache is longer than that of exercise 1: the backward pass of exercise 4 reads every gate again.

# %% role="solve" task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """Compute one forward step of the LSTM cell.

    Parameters
    ----------
    xt : ndarray of shape (n_x, m)
        Input at this time step.
    a_prev : ndarray of shape (n_a, m)
        Hidden state of the step before.
    c_prev : ndarray of shape (n_a, m)
        Cell state of the step before.
    parameters : dict
        Wf, Wi, Wc, Wo (n_a, n_a + n_x), bf, bi, bc, bo (n_a, 1), Wy (n_y, n_a), by (n_y, 1).

    Returns
    -------
    a_next : ndarray of shape (n_a, m)
        Hidden state after this step, each entry in (-1, 1).
    c_next : ndarray of shape (n_a, m)
        Cell state after this step.
    yt_pred : ndarray of shape (n_y, m)
        Prediction at this step; each column sums to 1.
    cache : tuple
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters), in this order.
    """
    Wf, Wi, Wc, Wo = parameters["Wf"], parameters["Wi"], parameters["Wc"], parameters["Wo"]
    bf, bi, bc, bo = parameters["bf"], parameters["bi"], parameters["bc"], parameters["bo"]
    Wy, by = parameters["Wy"], parameters["by"]

    ### START CODE HERE ### (≈8 lines)
    #: # concat is [a_prev; xt]: the rows of a_prev above those of xt
    #: concat = None
    #: ft = None
    #: it = None
    #: cct = None
    #: ot = None
    #: c_next = None
    #: a_next = None
    #: yt_pred = None
    concat = np.concatenate((a_prev, xt), axis=0)  # (n_a + n_x, m)
    ft = sigmoid(Wf @ concat + bf)
    it = sigmoid(Wi @ concat + bi)
    cct = np.tanh(Wc @ concat + bc)
    ot = sigmoid(Wo @ concat + bo)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(Wy @ a_next + by)
    ### END CODE HERE ###

    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache

# %% role="try" id="try_lstm_cell_forward"
xt, a_prev, c_prev, parameters = check.example("lstm_cell_forward")
a_next, c_next, yt_pred, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
print("a_next =", a_next)
print("c_next =", c_next)
print("yt_pred =", yt_pred)

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}, `n_y` = {{size:n_y}}, `m` = {{size:m}})
# you should see:
#
# | expression | expected |
# |---|---|
# | `a_next.shape` | `{{lstm_cell_forward:a_next.shape}}` |
# | `a_next[0]` | `{{lstm_cell_forward:a_next[0]}}` |
# | `c_next.shape` | `{{lstm_cell_forward:c_next.shape}}` |
# | `c_next[0]` | `{{lstm_cell_forward:c_next[0]}}` |
# | `yt_pred.shape` | `{{lstm_cell_forward:yt_pred.shape}}` |
# | `yt_pred[1]` | `{{lstm_cell_forward:yt_pred[1]}}` |

# %% role="check" task="lstm_cell_forward" points=15
check(lstm_cell_forward)

# %% [markdown]
# ## All the steps
#
# The loop is that of exercise 1 with a second state beside the first. The hidden state starts at `a0`; the cell state
# starts at zero, with the shape of `a0`. Each step hands *both* to the next one.
#
# The cell's cache keeps the very array that you hand in as `c_prev`. If that array is part of another one which you
# fill later, the cache changes with it, and no output shows it.

# %% role="solve" task="lstm_forward"
def lstm_forward(x, a0, parameters):
    """Run the LSTM cell over every time step of a batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (n_x, m, T_x)
        Inputs.
    a0 : ndarray of shape (n_a, m)
        Initial hidden state. The initial cell state is zero.
    parameters : dict
        As for `lstm_cell_forward`.

    Returns
    -------
    a : ndarray of shape (n_a, m, T_x)
        Hidden states of all steps.
    y : ndarray of shape (n_y, m, T_x)
        Predictions of all steps.
    c : ndarray of shape (n_a, m, T_x)
        Cell states of all steps.
    caches : tuple
        (list of the T_x cell caches, x).
    """
    caches = []
    _, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape

    ### START CODE HERE ### (≈11 lines)
    #: # fill a, c and y step by step, and append each step's cache to caches
    #: a = None
    #: c = None
    #: y = None
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0
    c_next = np.zeros((n_a, m))
    for t in range(T_x):
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a[:, :, t] = a_next
        c[:, :, t] = c_next
        y[:, :, t] = yt
        caches.append(cache)
    ### END CODE HERE ###

    caches = (caches, x)
    return a, y, c, caches

# %% role="try" id="try_lstm_forward"
x, a0, parameters = check.example("lstm_forward")
a, y, c, caches = lstm_forward(x, a0, parameters)
print("a at the last step =", None if a is None else a[:, :, -1])
print("c at the last step =", None if c is None else c[:, :, -1])
print("number of cell caches =", len(caches[0]))

# %% [markdown]
# With the example's numbers (`T_x` = {{size:T_x}}) you should see:
#
# | expression | expected |
# |---|---|
# | `a.shape` | `{{lstm_forward:a.shape}}` |
# | `a[0, :, -1]` | `{{lstm_forward:a[0, :, -1]}}` |
# | `c.shape` | `{{lstm_forward:c.shape}}` |
# | `c[0, :, -1]` | `{{lstm_forward:c[0, :, -1]}}` |
# | `y.shape` | `{{lstm_forward:y.shape}}` |
# | `y[1, :, -1]` | `{{lstm_forward:y[1, :, -1]}}` |
# | `len(caches[0])` | `{{size:T_x}}` |

# %% role="check" task="lstm_forward" points=10
check(lstm_forward)

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your two functions on other sizes and other
# numbers, and runs a backward pass through the caches that you return. `lstm_forward` is first judged with your own
# `lstm_cell_forward` and, should that be wrong, with a right one, so a mistake in the cell is paid for once.
#
# The cell below adds up the points that the checks speak for and says what is still to do.

# %% role="try" id="sum_up"
check()
