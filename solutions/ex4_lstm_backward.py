# %% [markdown]
# # Exercise 4: the LSTM, backward in time
#
# You write two functions: the backward pass of one LSTM step, and the loop that carries *two* gradients from the
# last step to the first. Chapter 4 of the book derives every line; keep its table of shapes and the notation page at
# hand.
#
# | function or question | what it does | points | made up of |
# |---|---|---|---|
# | `lstm_cell_backward` | gradients of one step | {{points:lstm_cell_backward}} | {{kinds:lstm_cell_backward}} |
# | `lstm_backward` | the whole sequence | {{points:lstm_backward}} | {{kinds:lstm_backward}} |
# | a question | in your own words | 5 | one answer, read by a person |
#
# *Shapes* are for structure and shapes, *gradients* for each gradient's numbers, by formula and by measurement,
# *robustness* for the same on other sizes (one example, one step, fewer steps), long sequences, single precision and
# very large inputs.
#
# Replace each `None` between `### START CODE HERE ###` and `### END CODE HERE ###`; the number of lines is a
# guide, not a rule. Run the `check` cell below a function as often as you like: it says at once what is right and
# what is not. You need nothing from exercise 3: the caches of the examples come ready-made.
#
# Derive the gradients, do not measure them: a backward pass goes through the step once, where a measurement goes
# forward again for every entry.

# %% role="given" id="imports"
import numpy as np

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex4_lstm_backward")

# %% [markdown]
# ## One step
#
# Forward, the step computed, with $v = [a_{prev}; x]$, the state's rows on top (all letters without an index belong to
# this step; $c$ is `c_next` and $a$ is `a_next`):
#
# $$f = \sigma(W_f v + b_f) \quad i = \sigma(W_i v + b_i)$$
#
# $$\tilde c = \tanh(W_c v + b_c) \quad o = \sigma(W_o v + b_o)$$
#
# $$c = f \odot c_{prev} + i \odot \tilde c \qquad a = o \odot \tanh(c)$$
#
# Two gradients arrive: `da_next` at the hidden state and `dc_next` at the cell state, both `(n_a, m)`. Go backwards
# from the last line to the first. Chapter 4 derives every step; try it on paper, in this order:
#
# | gradient at | in code | shape |
# |---|---|---|
# | the cell state, all that reaches it | `dc` | `(n_a, m)` |
# | the sums *before* the four activations | `dzo`, `dzf`, `dzi`, `dzc` | `(n_a, m)` |
# | the weights, for each of f, i, c, o | `dWf` … | `(n_a, n_a + n_x)` |
# | the biases, for each of f, i, c, o | `dbf` … | `(n_a, 1)` |
# | $v$ | `dconcat` | `(n_a + n_x, m)` |
# | the old hidden state, and the input | `da_prev`, `dxt` | `(n_a, m)`, `(n_x, m)` |
# | the old cell state | `dc_prev` | `(n_a, m)` |
#
# <details>
# <summary>A hint: the rules</summary>
#
# - A sum hands its gradient on to each of its terms as it is.
# - A product hands on to each factor its gradient times the *other* factor.
# - A function multiplies by its slope: $s(1 - s)$ for $s = \sigma(z)$, and $1 - u^2$ for $u = \tanh(z)$.
# - What is used twice adds up what comes back. The new cell state is used twice: by the next step, and through tanh by
#   this step's hidden state. $v$ is used four times.
# - $z = W v + b$ gives $dW = dz\, v^T$ and $dv = W^T dz$; $db$ is $dz$ summed over the examples.
#
# </details>
#
# <details>
# <summary>A second hint: the lines, to compare yours with</summary>
#
# | what | formula |
# |---|---|
# | `dc` | $dc = dc_{next} + da_{next} \odot o \odot (1 - \tanh^2(c))$ |
# | `dzo` | $dz_o = da_{next} \odot \tanh(c) \odot o \odot (1 - o)$ |
# | `dzf` | $dz_f = dc \odot c_{prev} \odot f \odot (1 - f)$ |
# | `dzi` | $dz_i = dc \odot \tilde c \odot i \odot (1 - i)$ |
# | `dzc` | $dz_c = dc \odot i \odot (1 - \tilde c^2)$ |
# | `dconcat` | $dv = W_f^T dz_f + W_i^T dz_i + W_c^T dz_c + W_o^T dz_o$ |
# | `da_prev`, `dxt` | the first `n_a` rows of $dv$, and the others |
# | `dc_prev` | $dc_{prev} = dc \odot f$ |
#
# </details>

# %% role="solve" task="lstm_cell_backward"
def lstm_cell_backward(da_next, dc_next, cache):
    """Compute the backward pass of one step of the LSTM cell.

    Parameters
    ----------
    da_next : ndarray of shape (n_a, m)
        Gradient of the loss with respect to `a_next`.
    dc_next : ndarray of shape (n_a, m)
        Gradient with respect to `c_next`, along every path but the one through `a_next`.
    cache : tuple
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters), as `lstm_cell_forward` packed it.

    Returns
    -------
    gradients : dict
        dxt (n_x, m), da_prev (n_a, m), dc_prev (n_a, m), dWf, dWi, dWc, dWo (n_a, n_a + n_x) and
        dbf, dbi, dbc, dbo (n_a, 1).
    """
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    Wf, Wi, Wc, Wo = parameters["Wf"], parameters["Wi"], parameters["Wc"], parameters["Wo"]
    n_a = a_next.shape[0]

    ### START CODE HERE ### (≈19 lines)
    #: # all that reaches the cell state, and the gradients before the four activations
    #: dc = None
    #: dzo = None
    #: dzf = None
    #: dzi = None
    #: dzc = None
    #: # parameters
    #: concat = None
    #: dWf, dbf = None, None
    #: dWi, dbi = None, None
    #: dWc, dbc = None, None
    #: dWo, dbo = None, None
    #: # what the step received
    #: dconcat = None
    #: da_prev = None
    #: dxt = None
    #: dc_prev = None
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    dzo = da_next * tanh_c * ot * (1 - ot)
    dzf = dc * c_prev * ft * (1 - ft)
    dzi = dc * cct * it * (1 - it)
    dzc = dc * it * (1 - cct**2)

    concat = np.concatenate((a_prev, xt), axis=0)  # (n_a + n_x, m)
    dWf = dzf @ concat.T
    dWi = dzi @ concat.T
    dWc = dzc @ concat.T
    dWo = dzo @ concat.T
    dbf = np.sum(dzf, axis=1, keepdims=True)
    dbi = np.sum(dzi, axis=1, keepdims=True)
    dbc = np.sum(dzc, axis=1, keepdims=True)
    dbo = np.sum(dzo, axis=1, keepdims=True)

    dconcat = Wf.T @ dzf + Wi.T @ dzi + Wc.T @ dzc + Wo.T @ dzo  # (n_a + n_x, m)
    da_prev = dconcat[:n_a]
    dxt = dconcat[n_a:]
    dc_prev = dc * ft
    ### END CODE HERE ###

    gradients = {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc_prev,
                 "dWf": dWf, "dbf": dbf, "dWi": dWi, "dbi": dbi,
                 "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}
    return gradients

# %% role="try" id="try_lstm_cell_backward"
da_next, dc_next, cache = check.example("lstm_cell_backward")
gradients = lstm_cell_backward(da_next, dc_next, cache)
for name, gradient in gradients.items():
    print(name, "has shape", np.shape(gradient))
if gradients["dc_prev"] is not None:
    print('gradients["dc_prev"][0] =', gradients["dc_prev"][0])
    print('gradients["da_prev"][0] =', gradients["da_prev"][0])
    print('gradients["dxt"][1] =', gradients["dxt"][1])
    print('gradients["dWf"][2, :3] =', gradients["dWf"][2, :3])
    print('gradients["dWi"][2, :3] =', gradients["dWi"][2, :3])
    print('gradients["dWc"][2, :3] =', gradients["dWc"][2, :3])
    print('gradients["dWo"][2, :3] =', gradients["dWo"][2, :3])
    print('gradients["dbf"][:, 0] =', gradients["dbf"][:, 0])

# %% [markdown]
# With the example's numbers (`n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}, `m` = {{size:m}}) you should see:
#
# | expression | expected |
# |---|---|
# | `gradients["dc_prev"][0]` | `{{lstm_cell_backward:dc_prev[0]}}` |
# | `gradients["da_prev"][0]` | `{{lstm_cell_backward:da_prev[0]}}` |
# | `gradients["dxt"].shape` | `{{lstm_cell_backward:dxt.shape}}` |
# | `gradients["dxt"][1]` | `{{lstm_cell_backward:dxt[1]}}` |
# | `gradients["dWf"].shape` | `{{lstm_cell_backward:dWf.shape}}` |
# | `gradients["dWf"][2, :3]` | `{{lstm_cell_backward:dWf[2, :3]}}` |
# | `gradients["dWi"][2, :3]` | `{{lstm_cell_backward:dWi[2, :3]}}` |
# | `gradients["dWc"][2, :3]` | `{{lstm_cell_backward:dWc[2, :3]}}` |
# | `gradients["dWo"][2, :3]` | `{{lstm_cell_backward:dWo[2, :3]}}` |
# | `gradients["dbf"].shape` | `{{lstm_cell_backward:dbf.shape}}` |
# | `gradients["dbf"][:, 0]` | `{{lstm_cell_backward:dbf[:, 0]}}` |

# %% role="check" task="lstm_cell_backward" points=25
check(lstm_cell_backward)

# %% [markdown]
# ## All the steps
#
# The loss reads every hidden state: `da[:, :, t]` is what step `t` gets from the loss directly. What it gets from the
# *future* comes along two carries, one to the hidden state and one to the cell state. Both start at zero behind the
# last step, and each step replaces both:
#
# - the cell's `da_next` at step `t` is `da[:, :, t]` *plus* the `da_prev` of step `t + 1`;
# - the cell's `dc_next` at step `t` is the `dc_prev` of step `t + 1`.
#
# The weights were shared by all steps, so their gradients are summed over the steps. `da` may hold fewer steps than
# `x`, namely `T`: later steps then have no part in the loss, and `dx` has `T` steps as well.

# %% role="solve" task="lstm_backward"
def lstm_backward(da, caches):
    """Run the LSTM cell's backward pass over all time steps, from the last to the first.

    Parameters
    ----------
    da : ndarray of shape (n_a, m, T)
        Gradient of the loss with respect to the hidden state of each step, as the loss reads it directly.
    caches : tuple
        (list of the cell caches, x), as `lstm_forward` packed it, with at least T steps.

    Returns
    -------
    gradients : dict
        dx (n_x, m, T), da0 (n_a, m), dWf, dWi, dWc, dWo (n_a, n_a + n_x) and dbf, dbi, dbc, dbo (n_a, 1).
    """
    cell_caches, x = caches
    n_x = x.shape[0]
    n_a, m, T = da.shape

    ### START CODE HERE ### (≈21 lines)
    #: # start the sums and the two carries at zero
    #: dx = None
    #: dWf, dbf = None, None
    #: dWi, dbi = None, None
    #: dWc, dbc = None, None
    #: dWo, dbo = None, None
    #: da_carry = None
    #: dc_carry = None
    #: # go from the last step to the first
    #: da0 = None
    dx = np.zeros((n_x, m, T))
    dWf, dbf = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    dWi, dbi = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    dWc, dbc = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    dWo, dbo = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
    da_carry = np.zeros((n_a, m))
    dc_carry = np.zeros((n_a, m))
    for t in reversed(range(T)):
        step = lstm_cell_backward(da[:, :, t] + da_carry, dc_carry, cell_caches[t])
        da_carry = step["da_prev"]
        dc_carry = step["dc_prev"]
        dx[:, :, t] = step["dxt"]
        dWf += step["dWf"]
        dbf += step["dbf"]
        dWi += step["dWi"]
        dbi += step["dbi"]
        dWc += step["dWc"]
        dbc += step["dbc"]
        dWo += step["dWo"]
        dbo += step["dbo"]
    da0 = da_carry
    ### END CODE HERE ###

    gradients = {"dx": dx, "da0": da0, "dWf": dWf, "dbf": dbf, "dWi": dWi, "dbi": dbi,
                 "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}
    return gradients

# %% role="try" id="try_lstm_backward"
da, caches = check.example("lstm_backward")
gradients = lstm_backward(da, caches)
for name, gradient in gradients.items():
    print(name, "has shape", np.shape(gradient))
if gradients["dx"] is not None:
    print('gradients["dx"][1, :, 0] =', gradients["dx"][1, :, 0])
    print('gradients["dx"][1, :, -1] =', gradients["dx"][1, :, -1])
    print('gradients["da0"][0] =', gradients["da0"][0])
    print('gradients["dWf"][2, :3] =', gradients["dWf"][2, :3])
    print('gradients["dWi"][2, :3] =', gradients["dWi"][2, :3])
    print('gradients["dWc"][2, :3] =', gradients["dWc"][2, :3])
    print('gradients["dWo"][2, :3] =', gradients["dWo"][2, :3])
    print('gradients["dbo"][:, 0] =', gradients["dbo"][:, 0])

# %% [markdown]
# With the example's numbers (`T_x` = {{size:T_x}}, `T` = {{size:T}}) you should see:
#
# | expression | expected |
# |---|---|
# | `gradients["dx"].shape` | `{{lstm_backward:dx.shape}}` |
# | `gradients["dx"][1, :, 0]` | `{{lstm_backward:dx[1, :, 0]}}` |
# | `gradients["dx"][1, :, -1]` | `{{lstm_backward:dx[1, :, -1]}}` |
# | `gradients["da0"][0]` | `{{lstm_backward:da0[0]}}` |
# | `gradients["dWf"][2, :3]` | `{{lstm_backward:dWf[2, :3]}}` |
# | `gradients["dWi"][2, :3]` | `{{lstm_backward:dWi[2, :3]}}` |
# | `gradients["dWc"][2, :3]` | `{{lstm_backward:dWc[2, :3]}}` |
# | `gradients["dWo"][2, :3]` | `{{lstm_backward:dWo[2, :3]}}` |
# | `gradients["dbo"][:, 0]` | `{{lstm_backward:dbo[:, 0]}}` |

# %% role="check" task="lstm_backward" points=15
check(lstm_backward)

# %% [markdown]
# ## In your own words
#
# A figure of chapter 4 follows gradients over 100 steps back. The one along the cell state $c$ keeps its length; the
# one along the hidden state of a plain RNN ($h$ in many papers) with spectral radius 1 does not.
#
# Explain why, in five to ten sentences. Say what each of the two is multiplied by from one step to the step before
# it, what that does over 100 steps, and under which condition the gradient along $c$ fades all the same. Words are
# enough; one or two formulas are welcome.

# %% [markdown] role="written" id="why_c_survives" points=5
# Along the hidden state of a plain RNN, one step back multiplies the gradient by $W_{aa}^T$ and, entry by entry, by
# $1 - a^2$. The second factor is at most 1 and often much less, and the first is the *same* matrix at every step. Over
# 100 steps this is a product of 100 such factors: what the matrix shrinks by a tenth at each step is left with
# $0.9^{100} \approx 0.00003$ of its length. If the matrix stretches instead, the gradient may explode; nothing keeps
# the product near 1.
#
# Along the cell state, one step back multiplies the gradient by the forget gate only, entry by entry:
# $dc_{prev} = dc \odot f$. No matrix mixes the entries and no activation's derivative stands in the way, because the
# old cell state enters the new one by a product with the gate and a sum. Where the gate stays near 1, the factor is
# near 1 at every step: $0.999^{100} \approx 0.9$. The network learns the gate, and it depends on the input, so each
# entry of the memory can be kept for as long as it is needed.
#
# The gradient along $c$ fades too when the forget gate closes: $0.5^{100}$ is about $10^{-30}$, and a gate near 0
# cuts the path in one step. That is right where the memory was meant to be erased, and it is a reason to start
# training with a large bias in the forget gate. The other paths, through the gates and the hidden state, still
# run through weights and derivatives; the LSTM keeps one path open and does not make the others longer-lived.

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your two functions on other sizes and other
# numbers, and compares them with gradients by small differences as well. `lstm_backward` is first judged with your
# own `lstm_cell_backward` and, should that be wrong, with a right one, so a mistake in the cell is paid for once.
#
# The cell below adds up the points that the checks speak for and says what is still to do. An answer in words it
# reads from the saved file, so save first.

# %% role="try" id="sum_up"
check()
