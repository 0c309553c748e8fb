# %% [markdown]
# # Exercise 5: the GRU, forward and backward
#
# You write four functions: one step of a gated recurrent unit (GRU) and its loop over time, then the backward pass
# through both. Chapter 5 of the book derives them from the LSTM.
#
# | function | what it does | points | made up of |
# |---|---|---|---|
# | `gru_cell_forward` | one time step | {{points:gru_cell_forward}} | {{kinds:gru_cell_forward}} |
# | `gru_forward` | all `T_x` time steps | {{points:gru_forward}} | {{kinds:gru_forward}} |
# | `gru_cell_backward` | all gradients of one time step | {{points:gru_cell_backward}} | {{kinds:gru_cell_backward}} |
# | `gru_backward` | the gradients of a whole sequence | {{points:gru_backward}} | {{kinds:gru_backward}} |
#
# *Shapes* are for structure and shapes, *values* and *gradients* for each output's numbers, *robustness* for the same on
# other sizes (one example, one step, more inputs than states), long sequences, single precision and very large inputs,
# and for caches that serve a backward pass.
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a function as often as you like. You need nothing from the exercises
# before this one.

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

check = exercise("ex5_gru")

# %% [markdown]
# ## One step
#
# A GRU has no cell state. It has one state, $a$, and two gates: the **update gate** $z$ says how much of the old state
# stays, the **reset gate** $r$ how much of it the candidate may see. Both read $[a_{prev}; x]$, the old state's rows on
# top of the input's:
#
# $$z = \sigma\left(W_z\,[a_{prev}; x] + b_z\right)$$
#
# $$r = \sigma\left(W_r\,[a_{prev}; x] + b_r\right)$$
#
# The candidate reads $[r \odot a_{prev}; x]$. The old state is reset *before* the product, the input is not touched:
#
# $$\tilde h = \tanh\left(W_h\,[r \odot a_{prev}; x] + b_h\right)$$
#
# The new state lies between the old state and the candidate, entry by entry, and the prediction is read off it:
#
# $$a = z \odot a_{prev} + (1 - z) \odot \tilde h$$
#
# $$\hat y = \mathrm{softmax}\left(W_y\, a + b_y\right)$$
#
# In code: `zt`, `rt` and `hht`, each `(n_a, m)`.

# %% role="solve" task="gru_cell_forward"
def gru_cell_forward(xt, a_prev, parameters):
    """Compute one forward step of the GRU cell, the old state reset before the product.

    Parameters
    ----------
    xt : ndarray of shape (n_x, m)
        Input at this time step.
    a_prev : ndarray of shape (n_a, m)
        Hidden state of the step before.
    parameters : dict
        Wz, Wr, Wh (n_a, n_a + n_x), Wy (n_y, n_a), bz, br, bh (n_a, 1), by (n_y, 1).

    Returns
    -------
    a_next : ndarray of shape (n_a, m)
        Hidden state after this step.
    yt_pred : ndarray of shape (n_y, m)
        Prediction at this step; each column sums to 1.
    cache : tuple
        (a_next, a_prev, zt, rt, hht, xt, parameters), in this order.
    """
    Wz, Wr, Wh, Wy = (parameters[name] for name in ("Wz", "Wr", "Wh", "Wy"))
    bz, br, bh, by = (parameters[name] for name in ("bz", "br", "bh", "by"))

    ### START CODE HERE ### (≈7 lines)
    #: zt = None
    #: rt = None
    #: hht = None
    #: a_next = None
    #: yt_pred = None
    concat = np.concatenate((a_prev, xt))  # (n_a + n_x, m)
    zt = sigmoid(Wz @ concat + bz)
    rt = sigmoid(Wr @ concat + br)
    reset = np.concatenate((rt * a_prev, xt))  # (n_a + n_x, m)
    hht = np.tanh(Wh @ reset + bh)
    a_next = zt * a_prev + (1 - zt) * hht
    yt_pred = softmax(Wy @ a_next + by)
    ### END CODE HERE ###

    cache = (a_next, a_prev, zt, rt, hht, xt, parameters)
    return a_next, yt_pred, cache

# %% role="try" id="try_gru_cell_forward"
xt, a_prev, parameters = check.example("gru_cell_forward")
a_next, yt_pred, cache = gru_cell_forward(xt, a_prev, parameters)
print("a_next =", a_next)
print("yt_pred =", yt_pred)

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}, `n_y` = {{size:n_y}}, `m` = {{size:m}})
# you should see:
#
# | expression | expected |
# |---|---|
# | `a_next.shape` | `{{gru_cell_forward:a_next.shape}}` |
# | `a_next[0]` | `{{gru_cell_forward:a_next[0]}}` |
# | `yt_pred[1]` | `{{gru_cell_forward:yt_pred[1]}}` |
# | `cache[2][0]` (`zt`) | `{{gru_cell_forward:cache[2][0]}}` |
# | `cache[3][0]` (`rt`) | `{{gru_cell_forward:cache[3][0]}}` |
# | `cache[4][0]` (`hht`) | `{{gru_cell_forward:cache[4][0]}}` |

# %% role="check" task="gru_cell_forward" points=10
check(gru_cell_forward)

# %% [markdown]
# ## All the steps
#
# The loop is the one of the RNN: start from `a0`, hand each step its slice `x[:, :, t]` and the state of the
# step before, store what comes out, and keep the caches in a list.

# %% role="solve" task="gru_forward"
def gru_forward(x, a0, parameters):
    """Run the GRU cell over every time step of a batch of sequences.

    Parameters
    ----------
    x : ndarray of shape (n_x, m, T_x)
        Inputs.
    a0 : ndarray of shape (n_a, m)
        Initial hidden state.
    parameters : dict
        As for `gru_cell_forward`.

    Returns
    -------
    a : ndarray of shape (n_a, m, T_x)
        Hidden states of all steps.
    y : ndarray of shape (n_y, m, T_x)
        Predictions of all steps.
    caches : tuple
        (list of the T_x cell caches, x).
    """
    caches = []
    _, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape

    ### START CODE HERE ### (≈8 lines)
    #: # fill a and y step by step, and append each step's cache to caches
    #: a = None
    #: y = None
    a = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = gru_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y[:, :, t] = yt_pred
        caches.append(cache)
    ### END CODE HERE ###

    caches = (caches, x)
    return a, y, caches

# %% role="try" id="try_gru_forward"
x, a0, parameters = check.example("gru_forward")
a, y, caches = gru_forward(x, a0, parameters)
print("a at the last step =", None if a is None else a[:, :, -1])
print("number of cell caches =", len(caches[0]))

# %% [markdown]
# With the example's numbers (`T_x` = {{size:T_x}}) you should see:
#
# | expression | expected |
# |---|---|
# | `a.shape` | `{{gru_forward:a.shape}}` |
# | `a[0, :, -1]` | `{{gru_forward:a[0, :, -1]}}` |
# | `y[1, :, -1]` | `{{gru_forward:y[1, :, -1]}}` |
# | `len(caches[0])` | `{{size:T_x}}` |

# %% role="check" task="gru_forward" points=10
check(gru_forward)

# %% [markdown]
# ## One step back
#
# `da_next` arrives at the new state, with everything from later steps already in it. Chapter 5 derives what follows
# from it; here are the questions to ask, from the last line of the forward step to the first.
#
# 1. The new state is a mixture. What arrives at $z$, and what at $\tilde h$? $z$ is in both of its terms.
# 2. Each of the two went through an activation. What is its slope, in terms of what the cache holds? You now have `dzz`
#    and `dzh`, the gradients at the sums, each `(n_a, m)`.
# 3. The candidate read $[r \odot a_{prev}; x]$. What comes back through $W_h$? Which of its rows belong to the state?
# 4. Those rows are the gradient of a product, $r \odot a_{prev}$. Both of its factors get a share. One leads to `dzr`.
# 5. Both gates read $[a_{prev}; x]$.
# 6. Count: the old state was used four times, the input three times. So many gradients meet in `da_prev` and in `dxt`.
# 7. A weight's gradient is its $dz$ times the transpose of what *this* weight multiplied. Not all three multiplied the
#    same. A bias collects $dz$ from every example, as a column.
#
# <details>
# <summary>A hint, if you are stuck: shapes on the way</summary>
#
# `Wh.T @ dzh` has `n_a + n_x` rows, and so has `Wz.T @ dzz + Wr.T @ dzr`. In both the first `n_a` rows belong to the
# state, the others to the input. The state's rows of the first are not yet a part of `da_prev`: they have one factor to
# go through, and `dzr` is made of them as well.
#
# </details>

# %% role="solve" task="gru_cell_backward"
def gru_cell_backward(da_next, cache):
    """Compute the gradients of one step of the GRU cell.

    Parameters
    ----------
    da_next : ndarray of shape (n_a, m)
        Gradient of the loss with respect to the hidden state after the step.
    cache : tuple
        (a_next, a_prev, zt, rt, hht, xt, parameters), as `gru_cell_forward` packed it.

    Returns
    -------
    gradients : dict
        dxt (n_x, m), da_prev (n_a, m), dWz, dWr, dWh (n_a, n_a + n_x) and dbz, dbr, dbh (n_a, 1).
    """
    a_next, a_prev, zt, rt, hht, xt, parameters = cache
    Wz, Wr, Wh = parameters["Wz"], parameters["Wr"], parameters["Wh"]
    n_a = a_next.shape[0]

    ### START CODE HERE ### (≈16 lines)
    #: # the gradients before the three activations
    #: dzz = None
    #: dzh = None
    #: dzr = None
    #: # what the step received
    #: da_prev = None
    #: dxt = None
    #: # parameters
    #: dWz, dbz = None, None
    #: dWr, dbr = None, None
    #: dWh, dbh = None, None
    dzz = da_next * (a_prev - hht) * zt * (1 - zt)
    dzh = da_next * (1 - zt) * (1 - hht**2)
    dreset = Wh.T @ dzh  # (n_a + n_x, m)
    dra = dreset[:n_a]
    dzr = dra * a_prev * rt * (1 - rt)
    dconcat = Wz.T @ dzz + Wr.T @ dzr  # (n_a + n_x, m)

    da_prev = da_next * zt + dra * rt + dconcat[:n_a]
    dxt = dreset[n_a:] + dconcat[n_a:]

    concat = np.concatenate((a_prev, xt))
    reset = np.concatenate((rt * a_prev, xt))
    dWz = dzz @ concat.T
    dWr = dzr @ concat.T
    dWh = dzh @ reset.T
    dbz = dzz.sum(axis=1, keepdims=True)
    dbr = dzr.sum(axis=1, keepdims=True)
    dbh = dzh.sum(axis=1, keepdims=True)
    ### END CODE HERE ###

    gradients = {"dxt": dxt, "da_prev": da_prev, "dWz": dWz, "dbz": dbz, "dWr": dWr, "dbr": dbr,
                 "dWh": dWh, "dbh": dbh}
    return gradients

# %% role="try" id="try_gru_cell_backward"
da_next, cache = check.example("gru_cell_backward")
gradients = gru_cell_backward(da_next, cache)
for name, gradient in gradients.items():
    print(name, "has shape", np.shape(gradient))

# %% [markdown]
# With the example's numbers you should see:
#
# | expression | expected |
# |---|---|
# | `gradients["da_prev"][0]` | `{{gru_cell_backward:da_prev[0]}}` |
# | `gradients["dxt"].shape` | `{{gru_cell_backward:dxt.shape}}` |
# | `gradients["dxt"][1]` | `{{gru_cell_backward:dxt[1]}}` |
# | `gradients["dWz"].shape` | `{{gru_cell_backward:dWz.shape}}` |
# | `gradients["dWz"][2, :3]` | `{{gru_cell_backward:dWz[2, :3]}}` |
# | `gradients["dWr"][2, :3]` | `{{gru_cell_backward:dWr[2, :3]}}` |
# | `gradients["dWh"][2, :3]` | `{{gru_cell_backward:dWh[2, :3]}}` |
# | `gradients["dbr"][:2]` | `{{gru_cell_backward:dbr[:2]}}` |

# %% role="check" task="gru_cell_backward" points=10
check(gru_cell_backward)

# %% [markdown]
# ## All the steps back
#
# One gradient is carried, since there is one state. At each step the cell is given `da[:, :, t]`, which comes from the
# loss, *plus* the carry, the `da_prev` that the step after it has handed back; behind the last step there is none. The
# steps share their weights, so the weights' gradients are summed. What is left over after the first step is `da0`.
#
# `da` may hold fewer steps than `x`. Then only these `T` steps count, and `dx` has `T` of them.

# %% role="solve" task="gru_backward"
def gru_backward(da, caches):
    """Run the backward pass of the GRU over a whole sequence.

    Parameters
    ----------
    da : ndarray of shape (n_a, m, T)
        Gradient of the loss with respect to every hidden state, as far as it comes from the loss directly.
        T may be smaller than T_x.
    caches : tuple
        What `gru_forward` kept: (list of the T_x cell caches, x).

    Returns
    -------
    gradients : dict
        dx (n_x, m, T), da0 (n_a, m), dWz, dWr, dWh (n_a, n_a + n_x) and dbz, dbr, dbh (n_a, 1).
    """
    cell_caches, x = caches
    n_a, m, T = da.shape
    n_x = x.shape[0]

    ### START CODE HERE ### (≈16 lines)
    #: # start every sum at zero, then go through the steps from the last to the first
    #: dx, da0 = None, None
    #: dWz, dbz = None, None
    #: dWr, dbr = None, None
    #: dWh, dbh = None, None
    dx = np.zeros((n_x, m, T))
    dWz, dbz = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    dWr, dbr = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    dWh, dbh = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))
    for t in reversed(range(T)):
        step = gru_cell_backward(da[:, :, t] + da_prev, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        da_prev = step["da_prev"]
        dWz += step["dWz"]
        dWr += step["dWr"]
        dWh += step["dWh"]
        dbz += step["dbz"]
        dbr += step["dbr"]
        dbh += step["dbh"]
    da0 = da_prev
    ### END CODE HERE ###

    gradients = {"dx": dx, "da0": da0, "dWz": dWz, "dbz": dbz, "dWr": dWr, "dbr": dbr, "dWh": dWh, "dbh": dbh}
    return gradients

# %% role="try" id="try_gru_backward"
da, caches = check.example("gru_backward")
gradients = gru_backward(da, caches)
for name, gradient in gradients.items():
    print(name, "has shape", np.shape(gradient))

# %% [markdown]
# With the example's numbers (`T` = `T_x` = {{size:T}}) you should see:
#
# | expression | expected |
# |---|---|
# | `gradients["dx"].shape` | `{{gru_backward:dx.shape}}` |
# | `gradients["dx"][1, :, 0]` | `{{gru_backward:dx[1, :, 0]}}` |
# | `gradients["da0"][0]` | `{{gru_backward:da0[0]}}` |
# | `gradients["dWz"][2, :3]` | `{{gru_backward:dWz[2, :3]}}` |
# | `gradients["dWr"][2, :3]` | `{{gru_backward:dWr[2, :3]}}` |
# | `gradients["dWh"][2, :3]` | `{{gru_backward:dWh[2, :3]}}` |
# | `gradients["dbh"][:2]` | `{{gru_backward:dbh[:2]}}` |

# %% role="check" task="gru_backward" points=10
check(gru_backward)

# %% [markdown]
# ## Where does the reset stand?
#
# A second form of the GRU is published. It resets *after* the product, with a bias of its own inside the bracket. It is
# the one of `torch.nn.GRU`:
#
# $$\tilde h = \tanh\left(r \odot (W_{ha}\, a_{prev} + b_{ha}) + W_{hx}\, x + b_h\right)$$
#
# With the state's columns of `Wh` for $W_{ha}$, the input's for $W_{hx}$ and $b_{ha} = 0$ both forms have the same
# parameters. Are they the same function? Run the cell, then read "Two published forms" in chapter 5.

# %% role="try" id="try_other_form"
xt, a_prev, parameters = check.example("gru_cell_forward")
a_next, yt_pred, cache = gru_cell_forward(xt, a_prev, parameters)
rt = cache[3]
n_a = a_prev.shape[0]
if rt is not None:
    for_state, for_input = np.split(parameters["Wh"], [n_a], axis=1)
    after = np.tanh(rt * (for_state @ a_prev) + for_input @ xt + parameters["bh"])
    print("reset before the product:", cache[4][0])
    print("reset after the product: ", after[0])

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your functions on other sizes and other numbers. A
# sequence function is first judged with your own cell function and, should that be wrong, with a right one, so a
# mistake in the cell is paid for once. The backward functions get right caches, whatever your forward ones do.
#
# The cell below adds up the points that the checks speak for and says what is still to do.

# %% role="try" id="sum_up"
check()
