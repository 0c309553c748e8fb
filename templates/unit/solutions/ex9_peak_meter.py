# %% [markdown]
# # Exercise 9: a peak meter
#
# You write one function, worth {{points:peak_step}} points: {{kinds:peak_step}}.

# %% role="given" id="imports"
import numpy as np

# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("ex9_peak_meter")

# %% [markdown]
# ## One step
#
# The needle of a peak meter jumps up with the signal and falls back slowly:
#
# $$p^{\langle t\rangle} = \max\left(x^{\langle t\rangle},\; d\, p^{\langle t-1\rangle}\right)$$
#
# Each channel, a row, has a decay `d` of its own; all `m` recordings share it.


# %% role="solve" task="peak_step"
def peak_step(x, p_prev, d):
    """Compute where the needles stand after one step.

    Parameters
    ----------
    x : ndarray of shape (n, m)
        The signal at this step.
    p_prev : ndarray of shape (n, m)
        Where the needles stood before.
    d : ndarray of shape (n, 1)
        What is left of a peak after one step.

    Returns
    -------
    p_next : ndarray of shape (n, m)
        Where they stand now.
    """
    ### START CODE HERE ### (≈1 line)
    #: p_next = None
    p_next = np.maximum(x, d * p_prev)
    ### END CODE HERE ###

    return p_next


# %% role="try" id="try_peak_step"
x, p_prev, d = check.example("peak_step")
print("p_next =", peak_step(x, p_prev, d))

# %% [markdown]
# | expression | expected |
# |---|---|
# | `p_next.shape` | `{{peak_step:p_next.shape}}` |
# | `p_next[0]` | `{{peak_step:p_next[0]}}` |

# %% role="check" task="peak_step" points=5
check(peak_step)

# %% [markdown]
# ## Hand in
#
# Save the notebook and hand in this one file. The cell below adds up the points that the checks
# speak for and says what is still to do.

# %% role="try" id="sum_up"
check()
