"""The other published GRU, of chapter 5 and `torch.nn.GRU`: the reset gate acts after the
product, on its result.

The weights are the exercise's, with one more: `bha (n_a, 1)`, the bias inside the bracket that
the reset gate scales. `Wh` is read as the state's columns `Wha` and the input's `Whx`.
"""

import numpy as np


def sigmoid(z):
    """Logistic function, entry by entry, without overflow for any z."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def gru_forward(x, a0, parameters):
    """Run the cell over every time step.

    Parameters
    ----------
    x : ndarray of shape (n_x, m, T_x)
        Inputs.
    a0 : ndarray of shape (n_a, m)
        Initial hidden state.
    parameters : dict
        Wz, Wr, Wh (n_a, n_a + n_x), bz, br, bh, bha (n_a, 1).

    Returns
    -------
    a : ndarray of shape (n_a, m, T_x)
        Hidden states of all steps, in (-1, 1) if `a0` is.
    caches : list of tuple
        What `gru_backward` needs of each step.
    """
    Wz, Wr, Wh, bz, br, bh, bha = (
        parameters[name] for name in ("Wz", "Wr", "Wh", "bz", "br", "bh", "bha")
    )
    n_a = len(a0)
    states, caches, a_prev = [], [], a0
    for xt in np.moveaxis(x, -1, 0):
        concat = np.concatenate((a_prev, xt))  # (n_a + n_x, m)
        zt, rt = sigmoid(Wz @ concat + bz), sigmoid(Wr @ concat + br)
        bracket = Wh[:, :n_a] @ a_prev + bha
        hht = np.tanh(rt * bracket + Wh[:, n_a:] @ xt + bh)
        caches.append((concat, zt, rt, hht, bracket, parameters))
        a_prev = zt * a_prev + (1 - zt) * hht
        states.append(a_prev)
    return np.stack(states, axis=-1), caches


def gru_backward(da, caches):
    """Run back over the sequence.

    Parameters
    ----------
    da : ndarray of shape (n_a, m, T)
        Gradient of the loss with respect to every hidden state directly; T may be smaller than T_x.
    caches : list of tuple
        What `gru_forward` kept.

    Returns
    -------
    gradients : dict
        dx (n_x, m, T), da0 (n_a, m), and dWz, dWr, dWh, dbz, dbr, dbh, dbha, of the weights'
        shapes.
    """
    parameters = caches[0][-1]
    total = {
        f"d{name}": np.zeros_like(parameters[name])
        for name in ("Wz", "Wr", "Wh", "bz", "br", "bh", "bha")
    }
    dx, carry = [], np.zeros_like(da[:, :, 0])
    for t in reversed(range(da.shape[2])):
        step = _cell_backward(da[:, :, t] + carry, caches[t])
        carry = step.pop("da_prev")
        dx.append(step.pop("dxt"))
        for name, gradient in step.items():
            total[name] += gradient
    return {"dx": np.stack(dx[::-1], axis=-1), "da0": carry, **total}


def _cell_backward(da_next, cache):
    """The gradients of one step."""
    concat, zt, rt, hht, bracket, parameters = cache
    Wz, Wr, Wh = parameters["Wz"], parameters["Wr"], parameters["Wh"]
    n_a = len(zt)
    a_prev, xt = concat[:n_a], concat[n_a:]
    dzz = da_next * (a_prev - hht) * zt * (1 - zt)
    dzh = da_next * (1 - zt) * (1 - hht**2)
    dzr = dzh * bracket * rt * (1 - rt)
    dbracket = dzh * rt
    dconcat = Wz.T @ dzz + Wr.T @ dzr  # (n_a + n_x, m)
    biases = {"dbz": dzz, "dbr": dzr, "dbh": dzh, "dbha": dbracket}
    return {
        "da_prev": da_next * zt + dconcat[:n_a] + Wh[:, :n_a].T @ dbracket,
        "dxt": dconcat[n_a:] + Wh[:, n_a:].T @ dzh,
        "dWz": dzz @ concat.T,
        "dWr": dzr @ concat.T,
        "dWh": np.hstack([dbracket @ a_prev.T, dzh @ xt.T]),
        **{name: delta.sum(axis=1, keepdims=True) for name, delta in biases.items()},
    }
