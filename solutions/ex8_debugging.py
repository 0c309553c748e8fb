# %% [markdown]
# # Exercise 8: repair eight programs
#
# Here are eight small programs. Each runs a recurrent network forward and backward, and returns what it found: hidden
# states and gradients. Each has **one fault** that circulates in published code, and everything else in it is right.
# You find the fault by reading a gradient check, and repair it. Chapter 8 of the book says how.
#
# | program or question | what it is | points | made up of |
# |---|---|---|---|
# | `single_step` | one LSTM step, no time at all | {{points:single_step}} | {{kinds:single_step}} |
# | `plain_rnn` | a plain RNN | {{points:plain_rnn}} | {{kinds:plain_rnn}} |
# | `fused_lstm` | an LSTM, four gates in one matrix | {{points:fused_lstm}} | {{kinds:fused_lstm}} |
# | `lstm_of_1997` | an LSTM without a forget gate | {{points:lstm_of_1997}} | {{kinds:lstm_of_1997}} |
# | `joined_rnn` | a plain RNN, one joined matrix | {{points:joined_rnn}} | {{kinds:joined_rnn}} |
# | `coupled_lstm` | an LSTM with input gate $1 - f$ | {{points:coupled_lstm}} | {{kinds:coupled_lstm}} |
# | `recorded_lstm` | an LSTM without an output gate | {{points:recorded_lstm}} | {{kinds:recorded_lstm}} |
# | `stacked_rnn` | three plain layers | {{points:stacked_rnn}} | {{kinds:stacked_rnn}} |
# | a question | in your own words | 5 | one answer, read by a person |
#
# *Gradients* are for each state or gradient that was wrong and is right now, *robustness* for the same on other sizes,
# long sequences, single precision and very large inputs, *the rest* for all that was right and has to stay so.
#
# The letters are those of other people's code, as you will meet them: `h` is the hidden state, `g` the candidate.
# Examples are **rows** here, so a step reads `x @ Wx + h @ Wh + b`, and time is the first axis or the second, as each
# docstring says.
#
# Between `### START CODE HERE ###` and `### END CODE HERE ###` stands the program. Change what has to be changed, one
# line to four, and leave the rest. A program is graded by what it does, and points are for the repair: for each state
# or gradient that was wrong when you got it and is right now, and for each kind of case that showed the fault. What was
# right earns nothing by itself. It has to be right still: a repair that breaks something else loses points.

# %% role="given" id="imports"
import copy
import inspect

import numpy as np

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex8_debugging")

# %% [markdown]
# ## The instrument
#
# Every program takes the gradient of a loss with respect to its states, `dh`. So the loss is $\sum h \odot dh$, and
# its slope can be measured, entry by entry. `gradient_table` does it for every array that went in, and prints a line
# for each: the largest derived entry, the largest measured one, how far both are apart, and *where*. There is a mark
# for each step, in an array with a time axis, and for each column in all others:
#
# | mark | what it says |
# |---|---|
# | `·` | derived and measured agree |
# | `×` | they differ |
# | `d` | only the derived gradient is there, the measured slope is zero |
# | `m` | only the measured slope is there, the derived gradient is zero |

# %% role="given" id="instrument"
def sigmoid(z):
    """1 / (1 + exp(-z)), entry by entry, without overflow."""
    return np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z)))


def slope(total, array, place):
    """How fast `total()` grows with one entry of an array: a central difference."""
    kept, ends = array[place], []
    for move in (1e-5, -1e-5):
        array[place] = kept + move
        ends.append(total())
    array[place] = kept
    return (ends[0] - ends[1]) / 2e-5


def mark(derived, measured, size):
    """One sign for a step or a column: do derived and measured agree, in an array of this size?"""
    apart, d, m = (np.max(np.abs(one)) for one in (derived - measured, derived, measured))
    small = 1e-6 * size + 1e-9
    return "·" if apart <= small else "d" if m <= small else "m" if d <= small else "×"


def gradient_table(program, arguments, time=0):
    """Print which entries of a program's gradients differ from measured ones.

    Parameters
    ----------
    program : callable
        One of the programs.
    arguments : tuple
        What it takes; left unchanged.
    time : int
        Axis of the steps, in arrays that have three axes.
    """
    given = dict(zip(inspect.signature(program).parameters, copy.deepcopy(arguments), strict=True))
    arrays = given | given["weights"]

    def loss():
        results = program(**given)
        return sum(np.sum(results[state] * given["d" + state]) for state in "hc" if "d" + state in given)

    results = program(**given)
    print(f"{'gradient':9}{'shape':13}{'derived':>8} {'measured':>8} {'apart':>8}   where")
    for name in [n for n in results if n[1:] in arrays]:
        array, derived = arrays[name[1:]], np.asarray(results[name])
        if derived.shape != array.shape:
            print(f"{name:9}{derived.shape!s:13} should have the shape {array.shape}")
            continue
        measured = np.reshape([slope(loss, array, place) for place in np.ndindex(array.shape)], array.shape)
        size = [np.max(np.abs(one)) for one in (derived, measured)]
        apart = np.max(np.abs(derived - measured)) / max(sum(size), 1e-12)
        steps = array.ndim == 3
        pairs = zip(*(np.moveaxis(one, time if steps else -1, 0) for one in (derived, measured)), strict=True)
        marks = "".join(mark(*pair, max(size)) for pair in pairs)
        print(f"{name:9}{array.shape!s:13}{size[0]:8.2g} {size[1]:8.2g} {apart:8.0e}   "
              f"{'steps' if steps else 'columns':8}{marks}")

# %% [markdown]
# ## 1. One LSTM step
#
# With all four gates acting on the row $[x, h_{prev}]$:
#
# $$c = f \odot c_{prev} + i \odot g \qquad h = o \odot \tanh(c)$$
#
# The loss here is $\sum h \odot dh + \sum c \odot dc$. There is no time, so every mark is a column. Look at the table
# before you read the code.

# %% role="solve" task="single_step"
def single_step(x, h_prev, c_prev, weights, dh, dc):
    """Go one LSTM step forward and back.

    Parameters
    ----------
    x : ndarray of shape (m, n_x)
        Inputs, an example a row.
    h_prev, c_prev : ndarray of shape (m, n_a)
        Hidden state and cell state before the step.
    weights : dict
        Wf, Wi, Wg, Wo (n_x + n_a, n_a) and bf, bi, bg, bo (n_a,).
    dh, dc : ndarray of shape (m, n_a)
        Gradients of the loss with respect to both states after the step.

    Returns
    -------
    results : dict
        The states h and c, and the gradients dx, dh_prev, dc_prev, dWf, dWi, dWg, dWo, dbf, dbi, dbg, dbo.
    """
    ### START CODE HERE ###
    #: row = np.hstack([x, h_prev])  # (m, n_x + n_a)
    #: f = sigmoid(row @ weights["Wf"] + weights["bf"])
    #: i = sigmoid(row @ weights["Wi"] + weights["bi"])
    #: g = np.tanh(row @ weights["Wg"] + weights["bg"])
    #: o = sigmoid(row @ weights["Wo"] + weights["bo"])
    #: c = f * c_prev + i * g
    #: h = o * np.tanh(c)
    #: # and back
    #: at_c = dc + dh * o * (1 - np.tanh(c) ** 2)
    #: delta_f = at_c * c_prev * f * (1 - f)
    #: delta_i = at_c * g * i * (1 - i)
    #: delta_g = at_c * i * (1 - g**2)
    #: delta_o = dh * np.tanh(c) * o * (1 - o)
    #: drow = delta_f @ weights["Wf"].T + delta_i @ weights["Wi"].T
    #: drow = drow + delta_g @ weights["Wg"].T + delta_o @ weights["Wo"].T
    #: results = {"h": h, "c": c, "dc_prev": at_c * f}
    #: results["dx"], results["dh_prev"] = np.split(drow, [x.shape[1]], axis=1)
    #: results["dWf"], results["dbf"] = row.T @ delta_f, delta_f.sum(axis=0)
    #: results["dWi"], results["dbi"] = row.T @ delta_i, delta_f.sum(axis=0)
    #: results["dWg"], results["dbg"] = row.T @ delta_g, delta_g.sum(axis=0)
    #: results["dWo"], results["dbo"] = row.T @ delta_o, delta_f.sum(axis=0)
    #: return results
    row = np.hstack([x, h_prev])  # (m, n_x + n_a)
    f = sigmoid(row @ weights["Wf"] + weights["bf"])
    i = sigmoid(row @ weights["Wi"] + weights["bi"])
    g = np.tanh(row @ weights["Wg"] + weights["bg"])
    o = sigmoid(row @ weights["Wo"] + weights["bo"])
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    # and back
    at_c = dc + dh * o * (1 - np.tanh(c) ** 2)
    delta_f = at_c * c_prev * f * (1 - f)
    delta_i = at_c * g * i * (1 - i)
    delta_g = at_c * i * (1 - g**2)
    delta_o = dh * np.tanh(c) * o * (1 - o)
    drow = delta_f @ weights["Wf"].T + delta_i @ weights["Wi"].T
    drow = drow + delta_g @ weights["Wg"].T + delta_o @ weights["Wo"].T
    results = {"h": h, "c": c, "dc_prev": at_c * f}
    results["dx"], results["dh_prev"] = np.split(drow, [x.shape[1]], axis=1)
    results["dWf"], results["dbf"] = row.T @ delta_f, delta_f.sum(axis=0)
    results["dWi"], results["dbi"] = row.T @ delta_i, delta_i.sum(axis=0)
    results["dWg"], results["dbg"] = row.T @ delta_g, delta_g.sum(axis=0)
    results["dWo"], results["dbo"] = row.T @ delta_o, delta_o.sum(axis=0)
    return results
    ### END CODE HERE ###

# %% role="try" id="try_single_step"
gradient_table(single_step, check.example("single_step"))

# %% [markdown]
# Repaired, it gives with the example's numbers (`m` = {{size:m}}, `n_x` = {{size:n_x}}, `n_a` = {{size:n_a}}):
#
# | key | expected |
# |---|---|
# | `h[0]` | `{{single_step:h[0]}}` |
# | `dbf` | `{{single_step:dbf}}` |
# | `dbo` | `{{single_step:dbo}}` |

# %% role="check" task="single_step" points=5
check(single_step)

# %% [markdown]
# ## 2. A plain RNN
#
# $$h^{\langle t\rangle} = \tanh\left(x^{\langle t\rangle} W_x + h^{\langle t-1\rangle} W_h + b\right)$$
#
# Time is the first axis: `x[t]` is one step, of shape `(m, n_x)`.

# %% role="solve" task="plain_rnn"
def plain_rnn(x, h0, weights, dh):
    """Run a plain recurrent network forward and back.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_x)
        Inputs, time first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wx (n_x, n_a), Wh (n_a, n_a) and b (n_a,).
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (T_x, m, n_a), and the gradients dx, dh0, dWx, dWh, db.
    """
    ### START CODE HERE ###
    #: Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    #: h, state = np.zeros(dh.shape), h0
    #: for t in range(len(x)):
    #:     state = np.tanh(x[t] @ Wx + state @ Wh + b)
    #:     h[t] = state
    #: # and back: at first the gradient inside the tanh, of every step
    #: dz, later = np.zeros(dh.shape), np.zeros(h0.shape)
    #: for t in reversed(range(len(x))):
    #:     dz[t] = (dh[t] + later) * (1 - h[t] ** 2)
    #:     later = dz[t] @ Wh.T
    #: # then what each step says about the weights
    #: dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
    #: before = h0
    #: for t in range(len(x)):
    #:     dWx = x[t].T @ dz[t]
    #:     dWh += before.T @ dz[t]
    #:     db += dz[t].sum(axis=0)
    #:     before = h[t]
    #: return {"h": h, "dx": dz @ Wx.T, "dh0": later, "dWx": dWx, "dWh": dWh, "db": db}
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    h, state = np.zeros(dh.shape), h0
    for t in range(len(x)):
        state = np.tanh(x[t] @ Wx + state @ Wh + b)
        h[t] = state
    # and back: at first the gradient inside the tanh, of every step
    dz, later = np.zeros(dh.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        dz[t] = (dh[t] + later) * (1 - h[t] ** 2)
        later = dz[t] @ Wh.T
    # then what each step says about the weights
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
    before = h0
    for t in range(len(x)):
        dWx += x[t].T @ dz[t]
        dWh += before.T @ dz[t]
        db += dz[t].sum(axis=0)
        before = h[t]
    return {"h": h, "dx": dz @ Wx.T, "dh0": later, "dWx": dWx, "dWh": dWh, "db": db}
    ### END CODE HERE ###

# %% role="try" id="try_plain_rnn"
gradient_table(plain_rnn, check.example("plain_rnn"), time=0)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `h[-1, 0]` | `{{plain_rnn:h[-1, 0]}}` |
# | `dWx[1]` | `{{plain_rnn:dWx[1]}}` |
# | `dWh[1]` | `{{plain_rnn:dWh[1]}}` |

# %% role="check" task="plain_rnn" points=5
check(plain_rnn)

# %% [markdown]
# ## 3. An LSTM with fused gates
#
# The LSTM of chapters 3 and 4, with the four products made as one: `x @ Wx + h @ Wh + b` has $4\,n_a$ columns, a block
# each for $i$, $f$, $o$ and $g$. Here the batch is the first axis and time the second: `x[:, t]` is one step.

# %% role="solve" task="fused_lstm"
def fused_lstm(x, h0, weights, dh):
    """Run an LSTM forward and back; its cell state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (m, T_x, n_x)
        Inputs, the batch first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wx (n_x, 4 n_a), Wh (n_a, 4 n_a) and b (4 n_a,): blocks of columns for i, f, o and g.
    dh : ndarray of shape (m, T_x, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (m, T_x, n_a), and the gradients dx, dh0, dWx, dWh, db.
    """
    ### START CODE HERE ###
    #: Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    #: T = x.shape[1]
    #: h, memos = np.zeros(dh.shape), []
    #: state, cell = h0, np.zeros(h0.shape)
    #: for t in range(T):
    #:     zi, zf, zo, zg = np.split(x[:, t] @ Wx + state @ Wh + b, 4, axis=1)
    #:     i, f, o, g = sigmoid(zi), sigmoid(zf), sigmoid(zo), np.tanh(zg)
    #:     memos.append((state, cell, i, f, o, g))
    #:     cell = f * cell + i * g
    #:     state = o * np.tanh(cell)
    #:     h[:, t] = state
    #: # and back
    #: dx, dWx, dWh, db = (np.zeros(one.shape) for one in (x, Wx, Wh, b))
    #: for t in reversed(range(T)):
    #:     state, cell, i, f, o, g = memos[t]
    #:     bent = np.tanh(f * cell + i * g)
    #:     dstate = dh[:, t]
    #:     dcell = dstate * o * (1 - bent**2)
    #:     dzi, dzf = dcell * g * i * (1 - i), dcell * cell * f * (1 - f)
    #:     dzo, dzg = dstate * bent * o * (1 - o), dcell * i * (1 - g**2)
    #:     dz = np.hstack([dzi, dzf, dzo, dzg])  # (m, 4 n_a)
    #:     dWx += x[:, t].T @ dz
    #:     dWh += state.T @ dz
    #:     db += dz.sum(axis=0)
    #:     dx[:, t] = dz @ Wx.T
    #:     dstate = dz @ Wh.T
    #: return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    T = x.shape[1]
    h, memos = np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(T):
        zi, zf, zo, zg = np.split(x[:, t] @ Wx + state @ Wh + b, 4, axis=1)
        i, f, o, g = sigmoid(zi), sigmoid(zf), sigmoid(zo), np.tanh(zg)
        memos.append((state, cell, i, f, o, g))
        cell = f * cell + i * g
        state = o * np.tanh(cell)
        h[:, t] = state
    # and back
    dx, dWx, dWh, db = (np.zeros(one.shape) for one in (x, Wx, Wh, b))
    dstate, dcell = np.zeros(h0.shape), np.zeros(h0.shape)
    for t in reversed(range(T)):
        state, cell, i, f, o, g = memos[t]
        bent = np.tanh(f * cell + i * g)
        dstate = dh[:, t] + dstate
        dcell = dcell + dstate * o * (1 - bent**2)
        dzi, dzf = dcell * g * i * (1 - i), dcell * cell * f * (1 - f)
        dzo, dzg = dstate * bent * o * (1 - o), dcell * i * (1 - g**2)
        dz = np.hstack([dzi, dzf, dzo, dzg])  # (m, 4 n_a)
        dWx += x[:, t].T @ dz
        dWh += state.T @ dz
        db += dz.sum(axis=0)
        dx[:, t] = dz @ Wx.T
        dstate, dcell = dz @ Wh.T, dcell * f
    return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
    ### END CODE HERE ###

# %% role="try" id="try_fused_lstm"
gradient_table(fused_lstm, check.example("fused_lstm"), time=1)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `h[0, -1]` | `{{fused_lstm:h[0, -1]}}` |
# | `dx[0, 0]` | `{{fused_lstm:dx[0, 0]}}` |
# | `dh0[0]` | `{{fused_lstm:dh0[0]}}` |

# %% role="check" task="fused_lstm" points=5
check(fused_lstm)

# %% [markdown]
# ## 4. The LSTM of 1997
#
# The first LSTM had no forget gate: what is in the cell state stays there.
#
# $$c^{\langle t\rangle} = c^{\langle t-1\rangle} + i \odot g \qquad h^{\langle t\rangle} = o \odot \tanh(c^{\langle
# t\rangle})$$
#
# Time is the first axis.

# %% role="solve" task="lstm_of_1997"
def lstm_of_1997(x, h0, weights, dh):
    """Run an LSTM without a forget gate forward and back; its cell state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_x)
        Inputs, time first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wi, Wg, Wo (n_x + n_a, n_a) and bi, bg, bo (n_a,).
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (T_x, m, n_a), and the gradients dx, dh0, dWi, dWg, dWo, dbi, dbg, dbo.
    """
    ### START CODE HERE ###
    #: n_x = x.shape[2]
    #: h, memos = np.zeros(dh.shape), []
    #: state, cell = h0, np.zeros(h0.shape)
    #: for t in range(len(x)):
    #:     row = np.hstack([x[t], state])
    #:     i = sigmoid(row @ weights["Wi"] + weights["bi"])
    #:     g = np.tanh(row @ weights["Wg"] + weights["bg"])
    #:     o = sigmoid(row @ weights["Wo"] + weights["bo"])
    #:     cell = cell + i * g
    #:     state = o * np.tanh(cell)
    #:     memos.append((row, cell, i, g, o))
    #:     h[t] = state
    #: # and back
    #: results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    #: dx, dstate = np.zeros(x.shape), np.zeros(h0.shape)
    #: for t in reversed(range(len(x))):
    #:     row, cell, i, g, o = memos[t]
    #:     bent = np.tanh(cell)
    #:     dstate = dh[t] + dstate
    #:     dcell = dstate * o * (1 - bent**2)
    #:     deltas = {"i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2), "o": dstate * bent * o * (1 - o)}
    #:     drow = np.zeros(row.shape)
    #:     for letter, delta in deltas.items():
    #:         results[f"dW{letter}"] += row.T @ delta
    #:         results[f"db{letter}"] += delta.sum(axis=0)
    #:         drow += delta @ weights[f"W{letter}"].T
    #:     dx[t], dstate = drow[:, :n_x], drow[:, n_x:]
    #: return results | {"h": h, "dx": dx, "dh0": dstate}
    n_x = x.shape[2]
    h, memos = np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(len(x)):
        row = np.hstack([x[t], state])
        i = sigmoid(row @ weights["Wi"] + weights["bi"])
        g = np.tanh(row @ weights["Wg"] + weights["bg"])
        o = sigmoid(row @ weights["Wo"] + weights["bo"])
        cell = cell + i * g
        state = o * np.tanh(cell)
        memos.append((row, cell, i, g, o))
        h[t] = state
    # and back
    results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    dx, dstate, dcell = np.zeros(x.shape), np.zeros(h0.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        row, cell, i, g, o = memos[t]
        bent = np.tanh(cell)
        dstate = dh[t] + dstate
        dcell = dcell + dstate * o * (1 - bent**2)
        deltas = {"i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2), "o": dstate * bent * o * (1 - o)}
        drow = np.zeros(row.shape)
        for letter, delta in deltas.items():
            results[f"dW{letter}"] += row.T @ delta
            results[f"db{letter}"] += delta.sum(axis=0)
            drow += delta @ weights[f"W{letter}"].T
        dx[t], dstate = drow[:, :n_x], drow[:, n_x:]
    return results | {"h": h, "dx": dx, "dh0": dstate}
    ### END CODE HERE ###

# %% role="try" id="try_lstm_of_1997"
gradient_table(lstm_of_1997, check.example("lstm_of_1997"), time=0)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `h[-1, 0]` | `{{lstm_of_1997:h[-1, 0]}}` |
# | `dbi` | `{{lstm_of_1997:dbi}}` |
# | `dbo` | `{{lstm_of_1997:dbo}}` |

# %% role="check" task="lstm_of_1997" points=5
check(lstm_of_1997)

# %% [markdown]
# ## 5. A plain RNN, joined
#
# The network of program 2 once more, written differently: input and state are joined to one row, and so are both
# matrices.
#
# $$h^{\langle t\rangle} = \tanh\left([x^{\langle t\rangle}, h^{\langle t-1\rangle}]\, W + b\right)$$
#
# The batch is the first axis. Mind that a mark says no more than that derived and measured *differ*: ask which of the
# two is to be believed. The second table below helps. There the loss looks at the last step alone.

# %% role="solve" task="joined_rnn"
def joined_rnn(x, h0, weights, dh):
    """Run a plain recurrent network with one joined matrix forward and back.

    Parameters
    ----------
    x : ndarray of shape (m, T_x, n_x)
        Inputs, the batch first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        W (n_x + n_a, n_a) and b (n_a,).
    dh : ndarray of shape (m, T_x, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (m, T_x, n_a), and the gradients dx, dh0, dW, db.
    """
    ### START CODE HERE ###
    #: W, b = weights["W"], weights["b"]
    #: T, n_x = x.shape[1:]
    #: h = np.zeros(dh.shape)
    #: for t in range(T):
    #:     state = np.tanh(np.hstack([x[:, t], h0]) @ W + b)
    #:     h[:, t] = state
    #: # and back
    #: dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    #: later = np.zeros(h0.shape)
    #: for t in reversed(range(T)):
    #:     before = h[:, t - 1] if t > 0 else h0
    #:     dz = (dh[:, t] + later) * (1 - h[:, t] ** 2)
    #:     dW += np.hstack([x[:, t], before]).T @ dz
    #:     db += dz.sum(axis=0)
    #:     drow = dz @ W.T
    #:     dx[:, t], later = drow[:, :n_x], drow[:, n_x:]
    #: return {"h": h, "dx": dx, "dh0": later, "dW": dW, "db": db}
    W, b = weights["W"], weights["b"]
    T, n_x = x.shape[1:]
    h, state = np.zeros(dh.shape), h0
    for t in range(T):
        state = np.tanh(np.hstack([x[:, t], state]) @ W + b)
        h[:, t] = state
    # and back
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(b.shape)
    later = np.zeros(h0.shape)
    for t in reversed(range(T)):
        before = h[:, t - 1] if t > 0 else h0
        dz = (dh[:, t] + later) * (1 - h[:, t] ** 2)
        dW += np.hstack([x[:, t], before]).T @ dz
        db += dz.sum(axis=0)
        drow = dz @ W.T
        dx[:, t], later = drow[:, :n_x], drow[:, n_x:]
    return {"h": h, "dx": dx, "dh0": later, "dW": dW, "db": db}
    ### END CODE HERE ###

# %% role="try" id="try_joined_rnn"
gradient_table(joined_rnn, check.example("joined_rnn"), time=1)

x, h0, weights, dh = check.example("joined_rnn")
dh[:, :-1] = 0
print("\nwith a loss at the last step only")
gradient_table(joined_rnn, (x, h0, weights, dh), time=1)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `h[0, 0]` | `{{joined_rnn:h[0, 0]}}` |
# | `h[0, -1]` | `{{joined_rnn:h[0, -1]}}` |
# | `dh0[0]` | `{{joined_rnn:dh0[0]}}` |

# %% role="check" task="joined_rnn" points=5
check(joined_rnn)

# %% [markdown]
# ## 6. A coupled LSTM
#
# One gate decides what is kept and what is written: the input gate is $1 - f$.
#
# $$c^{\langle t\rangle} = f \odot c^{\langle t-1\rangle} + (1 - f) \odot g$$
#
# $$h^{\langle t\rangle} = o \odot \tanh(c^{\langle t\rangle})$$
#
# The blocks of columns are $f$, $o$, $g$; time is the first axis.

# %% role="solve" task="coupled_lstm"
def coupled_lstm(x, h0, weights, dh):
    """Run an LSTM whose input gate is 1 - f forward and back; its cell state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_x)
        Inputs, time first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wx (n_x, 3 n_a), Wh (n_a, 3 n_a) and b (3 n_a,): blocks of columns for f, o and g.
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h (T_x, m, n_a), and the gradients dx, dh0, dWx, dWh, db.
    """
    ### START CODE HERE ###
    #: Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    #: h, memos = np.zeros(dh.shape), []
    #: state, cell = h0, np.zeros(h0.shape)
    #: for t in range(len(x)):
    #:     zf, zo, zg = np.split(x[t] @ Wx + state @ Wh + b, 3, axis=1)
    #:     f, o, g = sigmoid(zf), sigmoid(zo), np.tanh(zg)
    #:     memos.append((state, cell, f, o, g))
    #:     cell = f * cell + (1 - f) * g
    #:     state = o * np.tanh(g)
    #:     h[t] = state
    #: # and back
    #: dx, dWx, dWh, db = (np.zeros(one.shape) for one in (x, Wx, Wh, b))
    #: dstate, dcell = np.zeros(h0.shape), np.zeros(h0.shape)
    #: for t in reversed(range(len(x))):
    #:     state, cell, f, o, g = memos[t]
    #:     bent = np.tanh(f * cell + (1 - f) * g)
    #:     dstate = dh[t] + dstate
    #:     dcell = (1 - bent * bent) * o * dstate + dcell
    #:     dzf, dzo = dcell * (cell - g) * f * (1 - f), dstate * bent * o * (1 - o)
    #:     dz = np.hstack([dzf, dzo, dcell * (1 - f) * (1 - g**2)])  # (m, 3 n_a)
    #:     dWx += x[t].T @ dz
    #:     dWh += state.T @ dz
    #:     db += dz.sum(axis=0)
    #:     dx[t], dstate, dcell = dz @ Wx.T, dz @ Wh.T, dcell * f
    #: return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
    Wx, Wh, b = weights["Wx"], weights["Wh"], weights["b"]
    h, memos = np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(len(x)):
        zf, zo, zg = np.split(x[t] @ Wx + state @ Wh + b, 3, axis=1)
        f, o, g = sigmoid(zf), sigmoid(zo), np.tanh(zg)
        memos.append((state, cell, f, o, g))
        cell = f * cell + (1 - f) * g
        state = o * np.tanh(cell)
        h[t] = state
    # and back
    dx, dWx, dWh, db = (np.zeros(one.shape) for one in (x, Wx, Wh, b))
    dstate, dcell = np.zeros(h0.shape), np.zeros(h0.shape)
    for t in reversed(range(len(x))):
        state, cell, f, o, g = memos[t]
        bent = np.tanh(f * cell + (1 - f) * g)
        dstate = dh[t] + dstate
        dcell = (1 - bent * bent) * o * dstate + dcell
        dzf, dzo = dcell * (cell - g) * f * (1 - f), dstate * bent * o * (1 - o)
        dz = np.hstack([dzf, dzo, dcell * (1 - f) * (1 - g**2)])  # (m, 3 n_a)
        dWx += x[t].T @ dz
        dWh += state.T @ dz
        db += dz.sum(axis=0)
        dx[t], dstate, dcell = dz @ Wx.T, dz @ Wh.T, dcell * f
    return {"h": h, "dx": dx, "dh0": dstate, "dWx": dWx, "dWh": dWh, "db": db}
    ### END CODE HERE ###

# %% role="try" id="try_coupled_lstm"
gradient_table(coupled_lstm, check.example("coupled_lstm"), time=0)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `h[0, 0]` | `{{coupled_lstm:h[0, 0]}}` |
# | `dx[0, 0]` | `{{coupled_lstm:dx[0, 0]}}` |
# | `dh0[0]` | `{{coupled_lstm:dh0[0]}}` |

# %% role="check" task="coupled_lstm" points=5
check(coupled_lstm)

# %% [markdown]
# ## 7. An LSTM with a record
#
# Without an output gate: $h^{\langle t\rangle} = \tanh(c^{\langle t\rangle})$. Its cell states are kept, for a plot
# perhaps. The batch is the first axis. Its outputs are right, all of them; you may look them up below.

# %% role="solve" task="recorded_lstm"
def recorded_lstm(x, h0, weights, dh):
    """Run an LSTM without an output gate forward and back, and keep its cell states on record; they start at zero.

    Parameters
    ----------
    x : ndarray of shape (m, T_x, n_x)
        Inputs, the batch first.
    h0 : ndarray of shape (m, n_a)
        Hidden state before the first step.
    weights : dict
        Wf, Wi, Wg (n_x + n_a, n_a) and bf, bi, bg (n_a,).
    dh : ndarray of shape (m, T_x, n_a)
        Gradient of the loss with respect to every hidden state.

    Returns
    -------
    results : dict
        The hidden states h and cell states c, both (m, T_x, n_a), and the gradients dx, dh0, dWf, dWi, dWg, dbf, dbi,
        dbg.
    """
    ### START CODE HERE ###
    #: T, n_x = x.shape[1:]
    #: h, c, memos = np.zeros(dh.shape), np.zeros(dh.shape), []
    #: state, cell = h0, c[:, 0]
    #: for t in range(T):
    #:     row = np.hstack([x[:, t], state])
    #:     f = sigmoid(row @ weights["Wf"] + weights["bf"])
    #:     i = sigmoid(row @ weights["Wi"] + weights["bi"])
    #:     g = np.tanh(row @ weights["Wg"] + weights["bg"])
    #:     memos.append((row, cell, f, i, g))
    #:     cell = f * cell + i * g
    #:     state = np.tanh(cell)
    #:     h[:, t], c[:, t] = state, cell
    #: # and back
    #: results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    #: dx, dstate, dcell = np.zeros(x.shape), np.zeros(h0.shape), np.zeros(h0.shape)
    #: for t in reversed(range(T)):
    #:     row, cell, f, i, g = memos[t]
    #:     dcell = dcell + (dh[:, t] + dstate) * (1 - h[:, t] ** 2)
    #:     deltas = {"f": dcell * cell * f * (1 - f), "i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2)}
    #:     drow = np.zeros(row.shape)
    #:     for letter, delta in deltas.items():
    #:         results[f"dW{letter}"] += row.T @ delta
    #:         results[f"db{letter}"] += delta.sum(axis=0)
    #:         drow += delta @ weights[f"W{letter}"].T
    #:     dx[:, t], dstate, dcell = drow[:, :n_x], drow[:, n_x:], dcell * f
    #: return results | {"h": h, "c": c, "dx": dx, "dh0": dstate}
    T, n_x = x.shape[1:]
    h, c, memos = np.zeros(dh.shape), np.zeros(dh.shape), []
    state, cell = h0, np.zeros(h0.shape)
    for t in range(T):
        row = np.hstack([x[:, t], state])
        f = sigmoid(row @ weights["Wf"] + weights["bf"])
        i = sigmoid(row @ weights["Wi"] + weights["bi"])
        g = np.tanh(row @ weights["Wg"] + weights["bg"])
        memos.append((row, cell, f, i, g))
        cell = f * cell + i * g
        state = np.tanh(cell)
        h[:, t], c[:, t] = state, cell
    # and back
    results = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    dx, dstate, dcell = np.zeros(x.shape), np.zeros(h0.shape), np.zeros(h0.shape)
    for t in reversed(range(T)):
        row, cell, f, i, g = memos[t]
        dcell = dcell + (dh[:, t] + dstate) * (1 - h[:, t] ** 2)
        deltas = {"f": dcell * cell * f * (1 - f), "i": dcell * g * i * (1 - i), "g": dcell * i * (1 - g**2)}
        drow = np.zeros(row.shape)
        for letter, delta in deltas.items():
            results[f"dW{letter}"] += row.T @ delta
            results[f"db{letter}"] += delta.sum(axis=0)
            drow += delta @ weights[f"W{letter}"].T
        dx[:, t], dstate, dcell = drow[:, :n_x], drow[:, n_x:], dcell * f
    return results | {"h": h, "c": c, "dx": dx, "dh0": dstate}
    ### END CODE HERE ###

# %% role="try" id="try_recorded_lstm"
gradient_table(recorded_lstm, check.example("recorded_lstm"), time=1)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `c[0, 0]` | `{{recorded_lstm:c[0, 0]}}` |
# | `dx[0, 0]` | `{{recorded_lstm:dx[0, 0]}}` |
# | `dbf` | `{{recorded_lstm:dbf}}` |

# %% role="check" task="recorded_lstm" points=5
check(recorded_lstm)

# %% [markdown]
# ## 8. Three layers
#
# What a layer gives at each step is what the next layer reads at this step. Each layer is the network of program 2, and
# has weights of its own. Time is the first axis.

# %% role="solve" task="stacked_rnn"
def stacked_rnn(x, weights, dh):
    """Run three plain recurrent layers, one upon the other, forward and back; every state starts at zero.

    Parameters
    ----------
    x : ndarray of shape (T_x, m, n_a)
        Inputs, time first, as wide as the layers.
    weights : dict
        For each layer, the lowest first: Wx1, Wx2, Wx3 and Wh1, Wh2, Wh3 (n_a, n_a), b1, b2, b3 (n_a,).
    dh : ndarray of shape (T_x, m, n_a)
        Gradient of the loss with respect to every hidden state of the uppermost layer.

    Returns
    -------
    results : dict
        The uppermost layer's hidden states h (T_x, m, n_a), and the gradients dx, dWx1, dWh1, db1, … db3.
    """
    ### START CODE HERE ###
    #: layers = [{}] * 3
    #: for k, layer in enumerate(layers, 1):
    #:     layer["Wx"], layer["Wh"], layer["b"] = (weights[f"{name}{k}"] for name in ("Wx", "Wh", "b"))
    #: passed = [x]  # what goes into each layer, and what comes out of the last
    #: for layer in layers:
    #:     h, state = np.zeros(x.shape), np.zeros(x.shape[1:])
    #:     for t in range(len(x)):
    #:         state = np.tanh(passed[-1][t] @ layer["Wx"] + state @ layer["Wh"] + layer["b"])
    #:         h[t] = state
    #:     passed.append(h)
    #: # and back, from the uppermost layer to the lowest
    #: results = {"h": passed[3]}
    #: for k in (3, 2, 1):
    #:     layer, below, h = layers[k - 1], passed[k - 1], passed[k]
    #:     dz, later = np.zeros(h.shape), np.zeros(h.shape[1:])
    #:     for t in reversed(range(len(h))):
    #:         dz[t] = (dh[t] + later) * (1 - h[t] ** 2)
    #:         later = dz[t] @ layer["Wh"].T
    #:     results[f"dWx{k}"] = np.tensordot(below, dz, ([0, 1], [0, 1]))
    #:     results[f"dWh{k}"] = np.tensordot(h[:-1], dz[1:], ([0, 1], [0, 1]))
    #:     results[f"db{k}"] = dz.sum(axis=(0, 1))
    #:     dh = dz @ layer["Wx"].T  # for the layer below
    #: results["dx"] = dh
    #: return results
    layers = [{} for _ in range(3)]
    for k, layer in enumerate(layers, 1):
        layer["Wx"], layer["Wh"], layer["b"] = (weights[f"{name}{k}"] for name in ("Wx", "Wh", "b"))
    passed = [x]  # what goes into each layer, and what comes out of the last
    for layer in layers:
        h, state = np.zeros(x.shape), np.zeros(x.shape[1:])
        for t in range(len(x)):
            state = np.tanh(passed[-1][t] @ layer["Wx"] + state @ layer["Wh"] + layer["b"])
            h[t] = state
        passed.append(h)
    # and back, from the uppermost layer to the lowest
    results = {"h": passed[3]}
    for k in (3, 2, 1):
        layer, below, h = layers[k - 1], passed[k - 1], passed[k]
        dz, later = np.zeros(h.shape), np.zeros(h.shape[1:])
        for t in reversed(range(len(h))):
            dz[t] = (dh[t] + later) * (1 - h[t] ** 2)
            later = dz[t] @ layer["Wh"].T
        results[f"dWx{k}"] = np.tensordot(below, dz, ([0, 1], [0, 1]))
        results[f"dWh{k}"] = np.tensordot(h[:-1], dz[1:], ([0, 1], [0, 1]))
        results[f"db{k}"] = dz.sum(axis=(0, 1))
        dh = dz @ layer["Wx"].T  # for the layer below
    results["dx"] = dh
    return results
    ### END CODE HERE ###

# %% role="try" id="try_stacked_rnn"
gradient_table(stacked_rnn, check.example("stacked_rnn"), time=0)

# %% [markdown]
# Repaired, it gives:
#
# | key | expected |
# |---|---|
# | `h[-1, 0]` | `{{stacked_rnn:h[-1, 0]}}` |
# | `dWx1[0]` | `{{stacked_rnn:dWx1[0]}}` |
# | `db3` | `{{stacked_rnn:db3}}` |

# %% role="check" task="stacked_rnn" points=5
check(stacked_rnn)

# %% [markdown]
# ## A question
#
# **In your own words** (5 points, read by a person): in some of the eight programs the forward pass was wrong and the
# backward pass right. Choose one of them. Somebody "repairs" it the other way round: leaves the forward pass, and makes
# the backward pass fit it. What does the gradient check say then, what does the network do, and how would you notice?
# Five sentences are enough.

# %% [markdown] role="written" id="explain_passing" points=5
# Take joined_rnn. If the backward pass is fitted to a start state that enters at every step, derived and measured
# slopes agree in all digits, and the table has not a single mark.
#
# Still, this is a function of the current input and of the start alone: whatever was shown two steps earlier changes
# nothing. So it trains without an error, and cannot learn any task that asks for a memory.
#
# A check of slopes asks if the gradient belongs to the function, never if it is the function that was wanted. For
# this you need another witness: a step worked out on paper, the numbers of a library with the same weights, or an
# experiment, such as changing the first input and looking whether the last state moves.

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The grader runs your programs on other sizes and other numbers, a single
# step and forty among them, and compares every result.
#
# The cell below adds up the points that the checks speak for and says what is still to do. An answer in words it
# reads from the saved file, so save first.

# %% role="try" id="sum_up"
check()
