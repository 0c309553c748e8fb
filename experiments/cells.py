"""The three cells over a whole sequence, forward and backward, written for speed.

As everywhere in the course an example is a column; time comes first here, so that a step is one
block of memory: all states are `(T + 1, n, m)`, the initial state in front. Each cell takes `u
(T, k n, m)`, what input and bias give to its `k` blocks at every step, `U (k n, n)`, all
products with the state as one, and the states to start from, as its `last` gives them; they are
zero unless given.

A forward pass returns the states after each step and a tape. A backward pass takes the gradient
of the loss with respect to these states and returns those of `u` and `U`.
"""

import numpy as np


def to_gate(z):
    """Turn `z` into its sigmoid, in place; where `exp` overflows, 1 / (1 + inf) is the right 0."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.divide(1, z, out=z)


def bend(z, out):
    """Write the tanh of `z` to `out`, as 2 sigmoid(2 z) - 1. On the processor of the recorded runs
    numpy's `exp` takes half the time of its `tanh`; on others it is the slower one.
    """
    np.multiply(z, -2, out=out)
    np.exp(out, out=out)
    out += 1
    np.divide(2, out, out=out)
    out -= 1


def times_slope_of_tanh(ds, s, room):
    """Multiply `ds` by `1 - s²`, in place."""
    np.multiply(s, s, out=room)
    np.subtract(1, room, out=room)
    ds *= room
    return ds


def states_like(u, n, first):
    """Room for the states of all steps, behind the initial one."""
    room = np.empty((len(u) + 1, n, u.shape[-1]), u.dtype)
    room[0] = first
    return room


def side_by_side(steps):
    """The steps' columns in one matrix: `(T, n, m)` to `(n, T m)`."""
    return steps.transpose(1, 0, 2).reshape(steps.shape[1], -1)


def sum_of_products(left, right):
    """Sum over the steps of `left[t] @ right[t].T`: `(T, i, m)` and `(T, j, m)` to `(i, j)`, as
    one product.
    """
    return side_by_side(left) @ side_by_side(right).T


class RNN:
    """The plain cell: one block, the new state."""

    blocks = ("a",)
    keeps = None

    @staticmethod
    @np.errstate(over="ignore")
    def forward(u, U, start=(0,)):
        """Run over all steps."""
        a = states_like(u, U.shape[1], *start)
        for t, ut in enumerate(u):
            np.matmul(U, a[t], out=a[t + 1])
            a[t + 1] += ut
            bend(a[t + 1], a[t + 1])
        return a[1:], a

    @staticmethod
    def last(tape):
        """The states after the last step."""
        return (tape[-1],)

    @staticmethod
    def backward(da, U, a):
        """Run back over all steps."""
        du = 1 - a[1:] ** 2
        back = np.ascontiguousarray(U.T)
        carry = np.zeros_like(a[0])
        for t in reversed(range(len(du))):
            carry += da[t]
            du[t] *= carry
            np.matmul(back, du[t], out=carry)
        return du, sum_of_products(du, a[:-1])


class LSTM:
    """Four blocks: forget, input and output gate, candidate."""

    blocks = ("f", "i", "o", "c")
    keeps = "f"

    @staticmethod
    @np.errstate(over="ignore")
    def forward(u, U, start=(0, 0)):
        """Run over all steps."""
        n = U.shape[1]
        a, c = (states_like(u, n, first) for first in start)
        gates, bent, room = np.empty_like(u), np.empty_like(c[1:]), np.empty_like(c[0])
        for t, ut in enumerate(u):
            np.matmul(U, a[t], out=gates[t])
            gates[t] += ut
            LSTM.step(gates[t], c[t], c[t + 1], bent[t], a[t + 1], room)
        return a[1:], (a, c, gates, bent)

    @staticmethod
    def last(tape):
        """The states after the last step."""
        return tape[0][-1], tape[1][-1]

    @staticmethod
    def backward(da, U, tape):
        """Run back over all steps."""
        a, c, gates, bent = tape
        du, room = np.empty_like(gates), np.empty_like(gates[0])
        carry, dc = np.zeros_like(a[0]), np.zeros_like(c[0])
        for t in reversed(range(len(du))):
            carry += da[t]
            LSTM.step_back(carry, dc, gates[t], c[t], bent[t], du[t], room)
            np.matmul(U.T, du[t], out=carry)
        return du, sum_of_products(du, a[:-1])

    @staticmethod
    def step(z, c_prev, c_next, bent, a_next, room):
        """From the sums `z (4 n, m)`, which become the gates, to both states: all of a step but
        its product.
        """
        n = len(c_prev)
        f, i, o, cct = z.reshape(4, n, -1)
        to_gate(z[: 3 * n])
        bend(cct, cct)
        np.multiply(f, c_prev, out=c_next)
        np.multiply(i, cct, out=room)
        c_next += room
        bend(c_next, bent)
        np.multiply(o, bent, out=a_next)

    @staticmethod
    def step_back(da, dc, gates, c_prev, bent, dz, room):
        """Give the gradient of the sums in `dz`; `dc` becomes that of the step before, and `da`
        is used up.
        """
        n = len(c_prev)
        (f, i, o, cct), (df, di, do, dcct) = (
            gates.reshape(4, n, -1),
            dz.reshape(4, n, -1),
        )
        np.multiply(da, bent, out=do)
        da *= o
        dc += times_slope_of_tanh(da, bent, room[:n])
        np.multiply(dc, c_prev, out=df)
        np.multiply(dc, cct, out=di)
        np.multiply(dc, i, out=dcct)
        np.subtract(1, gates[: 3 * n], out=room[: 3 * n])
        room[: 3 * n] *= gates[: 3 * n]
        dz[: 3 * n] *= room[: 3 * n]
        times_slope_of_tanh(dcct, cct, room[:n])
        dc *= f


class GRU:
    """Three blocks: update gate, reset gate, candidate; reset before the product."""

    blocks = ("z", "r", "h")
    keeps = "z"

    @staticmethod
    @np.errstate(over="ignore")
    def forward(u, U, start=(0,)):
        """Run over all steps."""
        n = U.shape[1]
        a = states_like(u, n, *start)
        gates, kept = np.empty_like(u), np.empty_like(a[1:])
        for t, ut in enumerate(u):
            z, r, hht = gates[t].reshape(3, n, -1)
            np.matmul(U[: 2 * n], a[t], out=gates[t, : 2 * n])
            gates[t, : 2 * n] += ut[: 2 * n]
            to_gate(gates[t, : 2 * n])
            np.multiply(r, a[t], out=kept[t])
            np.matmul(U[2 * n :], kept[t], out=hht)
            hht += ut[2 * n :]
            bend(hht, hht)
            np.subtract(a[t], hht, out=a[t + 1])
            a[t + 1] *= z
            a[t + 1] += hht
        return a[1:], (a, gates, kept)

    @staticmethod
    def last(tape):
        """The states after the last step."""
        return (tape[0][-1],)

    @staticmethod
    def backward(da, U, tape):
        """Run back over all steps."""
        a, gates, kept = tape
        n = U.shape[1]
        from_gates, from_candidate = (
            np.ascontiguousarray(U[: 2 * n].T),
            np.ascontiguousarray(U[2 * n :].T),
        )
        du = np.empty_like(gates)
        carry, dkept = np.zeros_like(a[0]), np.empty_like(a[0])
        for t in reversed(range(len(du))):
            z, r, hht = gates[t].reshape(3, n, -1)
            dz, dr, dhht = du[t].reshape(3, n, -1)
            carry += da[t]
            np.multiply(carry, a[t] - hht, out=dz)
            np.multiply(carry, 1 - z, out=dhht)
            dhht *= 1 - hht**2
            np.matmul(from_candidate, dhht, out=dkept)
            np.multiply(dkept, a[t], out=dr)
            sigmoids = gates[t, : 2 * n]
            du[t, : 2 * n] *= sigmoids * (1 - sigmoids)
            carry *= z
            carry += dkept * r
            carry += from_gates @ du[t, : 2 * n]
        dU = np.vstack(
            [
                sum_of_products(du[:, : 2 * n], a[:-1]),
                sum_of_products(du[:, 2 * n :], kept),
            ]
        )
        return du, dU


CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
