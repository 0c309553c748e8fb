# %% [markdown]
# # Exercise 1: the RNN cell, forward in time
#
# You write two functions: one step of a recurrent network, and the loop that carries the step over a whole
# sequence. Chapter 1 of the book explains both; keep its notation page at hand.
#
# | function | what it does | points | made up of |
# |---|---|---|---|
# | `rnn_cell_forward` | one step for `m` examples at once | {{points:rnn_cell_forward}} | {{kinds:rnn_cell_forward}} |
# | `rnn_forward` | all `T_x` steps, with the same weights | {{points:rnn_forward}} | {{kinds:rnn_forward}} |
#
# *Shapes* are for structure and shapes, *values* for each output's numbers, *robustness* for the same on other sizes
# (one example, one step, more inputs than states), long sequences, single precision and very large inputs.
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

check = exercise("ex1_rnn_cell")

# %% [markdown]
# ## One step
#
# $$a^{\langle t\rangle} = \tanh\left(W_{aa}\, a^{\langle t-1\rangle} + W_{ax}\, x^{\langle t\rangle} + b_a\right)$$
#
# $$\hat y^{\langle t\rangle} = \mathrm{softmax}\left(W_{ya}\, a^{\langle t\rangle} + b_y\right)$$
#
# The products act on whole columns: every example of the batch is a column, so one matrix product serves all `m`
# of them, and a bias of shape `(n_a, 1)` is added to each column. The cell also packs a **cache**, the tuple of
# what the backward pass of exercise 2 will want to read again.

# %% role="solve" task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    """Compute one forward step of the RNN cell.

    Parameters
    ----------
    xt : ndarray of shape (n_x, m)
        Input at this time step.
    a_prev : ndarray of shape (n_a, m)
        Hidden state of the step before.
    parameters : dict
        Wax (n_a, n_x), Waa (n_a, n_a), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).

    Returns
    -------
    a_next : ndarray of shape (n_a, m)
        Hidden state after this step, each entry in (-1, 1).
    yt_pred : ndarray of shape (n_y, m)
        Prediction at this step; each column sums to 1.
    cache : tuple
        (a_next, a_prev, xt, parameters), in this order.
    """
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]

    ### START CODE HERE ### (≈2 lines)
    #: a_next = None
    #: yt_pred = None
    a_next = np.tanh(Waa @ a_prev + Wax @ xt + ba)
    yt_pred = softmax(Wya @ a_next + by)
    ### END CODE HERE ###

    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache

# %% role="try" id="try_rnn_cell_forward"
xt, a_prev, parameters = check.example("rnn_cell_forward")
a_next, yt_pred, cache = rnn_cell_forward(xt, a_prev, parameters)
print("a_next =", a_next)
print("yt_pred =", yt_pred)

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}, `n_y` = {{size:n_y}}, `m` = {{size:m}})
# you should see:
#
# | expression | expected |
# |---|---|
# | `a_next.shape` | `{{rnn_cell_forward:a_next.shape}}` |
# | `a_next[0]` | `{{rnn_cell_forward:a_next[0]}}` |
# | `yt_pred.shape` | `{{rnn_cell_forward:yt_pred.shape}}` |
# | `yt_pred[1]` | `{{rnn_cell_forward:yt_pred[1]}}` |

# %% role="check" task="rnn_cell_forward" points=10
check(rnn_cell_forward)

# %% [markdown]
# ## All the steps
#
# Unrolling is a loop: start from `a0`, feed step `t` with the input slice `x[:, :, t]` and the hidden state of the
# step before, and store what comes out. The *same* `parameters` serve every step.
#
# `a` and `y_pred` hold one slice per step; `caches` is a pair: the list of the cells' caches in the order of the
# steps, and `x`.

# %% role="solve" task="rnn_forward"
def rnn_forward(x, a0, parameters):
    """Run the RNN cell over every time step of a batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (n_x, m, T_x)
        Inputs.
    a0 : ndarray of shape (n_a, m)
        Initial hidden state.
    parameters : dict
        As for `rnn_cell_forward`.

    Returns
    -------
    a : ndarray of shape (n_a, m, T_x)
        Hidden states of all steps.
    y_pred : ndarray of shape (n_y, m, T_x)
        Predictions of all steps.
    caches : tuple
        (list of the T_x cell caches, x).
    """
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape

    ### START CODE HERE ### (≈8 lines)
    #: # fill a and y_pred step by step, and append each step's cache to caches
    #: a = None
    #: y_pred = None
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    ### END CODE HERE ###

    caches = (caches, x)
    return a, y_pred, caches

# %% role="try" id="try_rnn_forward"
x, a0, parameters = check.example("rnn_forward")
a, y_pred, caches = rnn_forward(x, a0, parameters)
print("a at the last step =", None if a is None else a[:, :, -1])
print("number of cell caches =", len(caches[0]))

# %% [markdown]
# With the example's numbers (`T_x` = {{size:T_x}}) you should see:
#
# | expression | expected |
# |---|---|
# | `a.shape` | `{{rnn_forward:a.shape}}` |
# | `a[0, :, -1]` | `{{rnn_forward:a[0, :, -1]}}` |
# | `y_pred.shape` | `{{rnn_forward:y_pred.shape}}` |
# | `y_pred[1, :, -1]` | `{{rnn_forward:y_pred[1, :, -1]}}` |
# | `len(caches[0])` | `{{size:T_x}}` |

# %% role="check" task="rnn_forward" points=10
check(rnn_forward)

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your two functions on other sizes and other
# numbers; `rnn_forward` is first judged with your own `rnn_cell_forward` and, should that be wrong, with a right
# one, so a mistake in the cell is paid for once.
#
# The cell below adds up the points that the checks speak for and says what is still to do.

# %% role="try" id="sum_up"
check()
