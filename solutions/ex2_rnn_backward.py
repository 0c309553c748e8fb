# %% [markdown]
# # Exercise 2: the RNN, backward through time
#
# You write three functions: the backward step of one cell, the loop that carries the gradient from the last step to
# the first, and a checker that tells whether a gradient is right. Chapter 2 of the book derives all three.
#
# | function or question | what it does | points | made up of |
# |---|---|---|---|
# | `rnn_cell_backward` | gradients of one time step | {{points:rnn_cell_backward}} | {{kinds:rnn_cell_backward}} |
# | `rnn_backward` | gradients of a whole sequence | {{points:rnn_backward}} | {{kinds:rnn_backward}} |
# | `gradient_check` | measures gradients and names an entry | {{points:gradient_check}} | {{kinds:gradient_check}} |
# | a question | in your own words | 5 | one answer, read by a person |
#
# *Shapes* are for structure and shapes, *values* and *gradients* for each output's numbers, *robustness* for the same on
# other sizes (one example, one step, fewer steps), long sequences, single precision and very large inputs, and for
# another loss.
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a function as often as you like. You need nothing from exercise 1:
# the examples bring their caches along.
#
# Derive the gradients, do not measure them: a backward pass goes through the step once, where a measurement goes
# forward again for every entry. Measuring is what the last function is for.

# %% role="given" id="imports"
import numpy as np

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex2_rnn_backward")

# %% [markdown]
# ## One step back
#
# Forward, the cell computed
#
# $$z = W_{aa}\, a^{\langle t-1\rangle} + W_{ax}\, x^{\langle t\rangle} + b_a$$
#
# $$a^{\langle t\rangle} = \tanh(z)$$
#
# Now you are given `da_next`: how much the loss grows with each entry of $a^{\langle t\rangle}$. Pass it on to
# everything that went in, in two moves.
#
# 1. Through the tanh, entry by entry. Its slope is $1 - \tanh^2(z)$, and $\tanh(z)$ is in the cache already:
#
#    $$dz = \left(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}\right) \odot da^{\langle t\rangle}$$
#
# 2. Through the sum, to each of its terms. A product $W v$ gives $dW = dz\, v^\top$ and $dv = W^\top dz$. A bias was
#    added to every column, so it collects from every column: $db_a = \sum_{j=1}^{m} dz_{:,j}$, as a column.
#
# Every gradient has the shape of what it belongs to. If you are unsure of a transpose, let the shapes decide, and
# for the square `Waa`, where they cannot, write it as you wrote `Wax`.

# %% role="solve" task="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    """Compute the gradients of one step of the RNN cell.

    Parameters
    ----------
    da_next : ndarray of shape (n_a, m)
        Gradient of the loss with respect to the hidden state after the step.
    cache : tuple
        What `rnn_cell_forward` kept: (a_next, a_prev, xt, parameters).

    Returns
    -------
    gradients : dict
        dxt (n_x, m), da_prev (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    a_next, a_prev, xt, parameters = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]

    ### START CODE HERE ### (≈6 lines)
    #: dz = None
    #: dxt = None
    #: da_prev = None
    #: dWax = None
    #: dWaa = None
    #: dba = None
    dz = (1 - a_next**2) * da_next
    dxt = Wax.T @ dz
    da_prev = Waa.T @ dz
    dWax = dz @ xt.T
    dWaa = dz @ a_prev.T
    dba = dz.sum(axis=1, keepdims=True)
    ### END CODE HERE ###

    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}

# %% role="try" id="try_rnn_cell_backward"
da_next, cache = check.example("rnn_cell_backward")
gradients = rnn_cell_backward(da_next, cache)
for name, gradient in gradients.items():
    print(name, "=", gradient)

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}, `m` = {{size:m}}) you should see:
#
# | expression | expected |
# |---|---|
# | `gradients["dxt"].shape` | `{{rnn_cell_backward:dxt.shape}}` |
# | `gradients["dxt"][1]` | `{{rnn_cell_backward:dxt[1]}}` |
# | `gradients["da_prev"][2]` | `{{rnn_cell_backward:da_prev[2]}}` |
# | `gradients["dWax"][3]` | `{{rnn_cell_backward:dWax[3]}}` |
# | `gradients["dWaa"][1]` | `{{rnn_cell_backward:dWaa[1]}}` |
# | `gradients["dba"].shape` | `{{rnn_cell_backward:dba.shape}}` |
# | `gradients["dba"][4]` | `{{rnn_cell_backward:dba[4]}}` |

# %% role="check" task="rnn_cell_backward" points=10
check(rnn_cell_backward)

# %% [markdown]
# ## All the steps, from the last to the first
#
# `da[:, :, t]` is what the loss says about $a^{\langle t\rangle}$ directly, for instance through the prediction of
# step $t$. But $a^{\langle t\rangle}$ also went into step $t+1$, and from there a second gradient comes back: the
# `da_prev` of that step. A value that is used twice collects both:
#
# $$\text{into the cell at step } t:\quad
# da^{\langle t\rangle}_{\text{direct}} + da^{\langle t\rangle}_{\text{carried}}$$
#
# So the loop runs backwards, and hands `da_prev` from each step to the one before it. After the last step there is
# nothing to carry. What is left over after the first step belongs to $a^{\langle 0\rangle}$.
#
# The weights are shared by all steps. Each step has its own share in their gradients, and the shares are **summed**.
#
# `da` may hold fewer steps than `x`, when the loss looks only at the beginning. Then only these `T` steps count, and
# `dx` has `T` of them.

# %% role="solve" task="rnn_backward"
def rnn_backward(da, caches):
    """Run the backward pass of the RNN over a whole sequence.

    Parameters
    ----------
    da : ndarray of shape (n_a, m, T)
        Gradient of the loss with respect to every hidden state, as far as it comes from the loss directly.
        T may be smaller than T_x.
    caches : tuple
        What `rnn_forward` kept: (list of the T_x cell caches, x).

    Returns
    -------
    gradients : dict
        dx (n_x, m, T), da0 (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    cell_caches, x = caches
    n_a, m, T = da.shape
    n_x = x.shape[0]

    ### START CODE HERE ### (≈13 lines)
    #: # start every sum at zero, then go through the steps from the last to the first
    #: dx = None
    #: da0 = None
    #: dWax = None
    #: dWaa = None
    #: dba = None
    dx = np.zeros((n_x, m, T))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))
    for t in reversed(range(T)):
        step = rnn_cell_backward(da[:, :, t] + da_prev, cell_caches[t])
        dx[:, :, t] = step["dxt"]
        da_prev = step["da_prev"]
        dWax += step["dWax"]
        dWaa += step["dWaa"]
        dba += step["dba"]
    da0 = da_prev
    ### END CODE HERE ###

    return {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}

# %% role="try" id="try_rnn_backward"
da, caches = check.example("rnn_backward")
gradients = rnn_backward(da, caches)
print("dx at the first step =", None if gradients["dx"] is None else gradients["dx"][:, :, 0])
print("da0 =", gradients["da0"])
print("dWaa =", gradients["dWaa"])

# %% [markdown]
# With the example's numbers (`T` = `T_x` = {{size:T}}) you should see:
#
# | expression | expected |
# |---|---|
# | `gradients["dx"].shape` | `{{rnn_backward:dx.shape}}` |
# | `gradients["dx"][1, :, 0]` | `{{rnn_backward:dx[1, :, 0]}}` |
# | `gradients["da0"][2]` | `{{rnn_backward:da0[2]}}` |
# | `gradients["dWax"][3]` | `{{rnn_backward:dWax[3]}}` |
# | `gradients["dWaa"][1]` | `{{rnn_backward:dWaa[1]}}` |
# | `gradients["dba"][4]` | `{{rnn_backward:dba[4]}}` |

# %% role="check" task="rnn_backward" points=10
check(rnn_backward)

# %% [markdown]
# ## Is a gradient right? Measure it
#
# A gradient says how much the loss changes when one entry changes a little. That can be tried out. Move one entry
# $\theta_i$ by $\varepsilon$ to either side, and leave all others alone:
#
# $$n_i = \frac{L(\theta_i + \varepsilon) - L(\theta_i - \varepsilon)}{2\,\varepsilon}$$
#
# This **central difference** knows nothing of your derivation. For each array, put your gradient $g$ beside the
# measured $n$, and see how far each entry is off, in relation to the largest entries of both:
#
# $$e_i = \frac{|g_i - n_i|}{\max_j |g_j| + \max_j |n_j|}$$
#
# An entry that happens to be close to zero, compared with itself, would raise a false alarm for a rounding error. So
# each is compared with the largest entries of its array. The result is the largest $e_i$ of all arrays, between 0 and
# 1, and the name of the entry where it stands, such as `dW[1, 2]`.
#
# Here is a loss to practise on. It is no network, but it has what one has: a matrix, a bias, and inputs with a time
# axis. `entry_name` writes the name for you. Look also at `amplitude`: the loss depends on it, and yet nobody asks
# for its gradient. So go through `gradients`, not through `parameters`.

# %% role="given" id="practice"
def entry_name(name, index):
    """The name of one entry: "dW[1, 2]" for "dW" and (1, 2)."""
    return f"{name}[{', '.join(str(int(i)) for i in index)}]"


def wave_loss(parameters):
    """A loss to practise on: the sum of amplitude * sin(W x + b), damped by the number of waves."""
    W, b, x = parameters["W"], parameters["b"], parameters["x"]
    waves = np.sin(np.tensordot(W, x, 1) + b[:, :, np.newaxis])  # (n_a, m, steps)
    return float(np.tensordot(parameters["amplitude"][:, 0], waves, 1).sum() / waves[0].size ** 0.2)


def wave_gradients(parameters):
    """The right gradients of `wave_loss`."""
    W, b, x = parameters["W"], parameters["b"], parameters["x"]
    slopes = parameters["amplitude"][:, :, np.newaxis] * np.cos(np.tensordot(W, x, 1) + b[:, :, np.newaxis])
    slopes /= slopes[0].size ** 0.2
    return {
        "dW": np.einsum("imt,jmt->ij", slopes, x),
        "db": np.einsum("imt->i", slopes)[:, np.newaxis],
        "dx": np.tensordot(W.T, slopes, 1),
    }


def check_energy(parameters, gradients, epsilon):
    """Your gradient_check on another loss, the sum of all squares."""
    return gradient_check(parameters, gradients, epsilon, lambda p: float(sum(np.sum(v**2) for v in p.values())))

# %% role="solve" task="gradient_check"
def gradient_check(parameters, gradients, epsilon, loss=wave_loss):
    """Compare gradients with central differences of the loss.

    Parameters
    ----------
    parameters : dict
        Arrays of any shapes, by name; left unchanged.
    gradients : dict
        Gradients to check, each named "d" and its parameter's name. Not every parameter has one.
    epsilon : float
        How far an entry is moved to either side.
    loss : callable
        Takes such a dict of parameters and returns a number.

    Returns
    -------
    error : float
        The largest deviation of an entry, in relation to the largest entries of both its arrays; 0 to 1.
    worst : str
        The name of that entry, as `entry_name` writes it.
    """
    parameters = {name: np.array(value, dtype=float) for name, value in parameters.items()}  # copies: move these

    ### START CODE HERE ### (≈18 lines)
    #: # np.ndindex(shape) runs through all indices of an array, whatever the number of its axes
    #: error = None
    #: worst = None
    error, worst = 0.0, ""
    for name, gradient in gradients.items():
        value = parameters[name[1:]]
        measured = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            before = value[index]
            value[index] = before + epsilon
            above = loss(parameters)
            value[index] = before - epsilon
            below = loss(parameters)
            value[index] = before
            measured[index] = (above - below) / (2 * epsilon)
        scale = np.abs(gradient).max() + np.abs(measured).max()
        deviation = np.abs(gradient - measured) / max(scale, 1e-300)
        index = np.unravel_index(np.argmax(deviation), deviation.shape)
        if not deviation[index] <= error:  # so that NaN is an error too
            error, worst = float(deviation[index]), entry_name(name, index)
    ### END CODE HERE ###

    return error, worst

# %% [markdown]
# First on right gradients, then on the same ones with a single sign turned. The first error should be tiny. The
# second should be large, and the wrong entry named.

# %% role="try" id="try_gradient_check"
parameters = check.example("gradient_check")[0]
gradients = wave_gradients(parameters)
print("right:    ", gradient_check(parameters, gradients, 1e-5))
gradients["dx"][2, 0, 1] *= -1
print("one wrong:", gradient_check(parameters, gradients, 1e-5))

# %% [markdown]
# The check tries your function on gradients that are made up, every entry of them, and with a very large `epsilon`:
# there you see at once whether a difference is a central one. With the example's numbers you should get:
#
# | expression | expected |
# |---|---|
# | `error` | `{{gradient_check:error}}` |
# | `worst` | `{{gradient_check:worst}}` |

# %% role="check" task="gradient_check" points=10
check(gradient_check)

# %% [markdown]
# ## Which epsilon?
#
# Right gradients have an error too, the measurement's own. Watch it while `epsilon` shrinks from $10^{-1}$ to
# $10^{-13}$.

# %% role="try" id="try_epsilon"
parameters = check.example("gradient_check")[0]
gradients = wave_gradients(parameters)
for k in range(1, 14):
    print(f"1e-{k:02d}", gradient_check(parameters, gradients, 10.0**-k))

# %% [markdown]
# **In your own words** (5 points, read by a person): drawn over `epsilon`, both axes logarithmic, this error has
# the shape of a U. Why does it fall at first, and about how fast? Why does it rise again?
# Where would you put `epsilon`, and what error do you expect there from a gradient that is right? Five sentences are
# enough.

# %% [markdown] role="written" id="explain_epsilon" points=5
# Two errors add up. The central difference is not the derivative: by Taylor's theorem it is off by a term that grows
# with epsilon squared, so that a tenth of the epsilon leaves a hundredth of this error. On a double logarithmic plot
# this is the right side of the U, a straight line of slope 2.
#
# The loss is computed with about 16 digits. Its rounding error, about 1e-16 times the loss, does not shrink with
# epsilon, but it is divided by 2 epsilon. So this error grows tenfold with each tenth of epsilon: the left side, ragged
# and of slope -1. With a very small epsilon both losses are equal in nearly all their digits, and the difference is
# noise.
#
# The sum is smallest where both are about equal, near the cube root of the rounding error: epsilon from 1e-6 to 1e-5.
# There a right gradient has an error of about 1e-10 or less. An error of 1e-2 is a bug. In between, change epsilon: the
# error of a right gradient changes as in the U, that of a wrong one stays.

# %% [markdown]
# ## Check your own backward pass
#
# `gradient_check` takes any loss. Copy your `rnn_cell_forward` and `rnn_forward` from exercise 1, with `softmax`,
# into the cell below, and it judges your `rnn_backward` without any recorded numbers. This is how you will find
# mistakes where nobody has made a `check` for you.

# %% role="try" id="try_own_backward"
# your softmax, rnn_cell_forward and rnn_forward of exercise 1 go here

da, (cell_caches, x) = check.example("rnn_backward")


def rnn_loss(p):
    """The loss whose gradient with respect to the hidden states is da."""
    a = rnn_forward(p["x"], p["a0"], p)[0]
    return np.sum(a * da)


if "rnn_forward" in globals():
    inputs = {"x": x, "a0": cell_caches[0][1], **cell_caches[0][3]}
    print(gradient_check(inputs, rnn_backward(da, (cell_caches, x)), 1e-5, rnn_loss))
else:
    print("There is no rnn_forward in this notebook yet.")

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your functions on other sizes and other numbers.
# `rnn_backward` is first judged with your own `rnn_cell_backward` and, should that be wrong, with a right one, so a
# mistake in the cell is paid for once. `gradient_check` is judged for itself.
#
# The cell below adds up the points that the checks speak for and says what is still to do. An answer in words it
# reads from the saved file, so save first.

# %% role="try" id="sum_up"
check()
