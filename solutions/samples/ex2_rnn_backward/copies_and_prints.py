# %%
import copy
import sys
import warnings

# %% task="rnn_cell_backward"
def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = copy.deepcopy(cache)
    a_next *= a_next  # a copy, so this is allowed
    dz = np.ones_like(a_next)
    dz -= a_next
    dz *= da_next
    print("dz", dz.shape, file=sys.stderr)
    warnings.warn("a warning of the student's own", stacklevel=1)
    return dict(
        dxt=parameters["Wax"].T.dot(dz),
        da_prev=parameters["Waa"].T.dot(dz),
        dWax=dz.dot(xt.T),
        dWaa=dz.dot(a_prev.T),
        dba=dz.sum(-1).reshape(-1, 1),
        dz=dz,
        note="mine",
    )

# %% task="rnn_backward"
def rnn_backward(da, caches):
    da = da.copy()
    cell_caches, x = caches
    T = da.shape[2]
    dx = np.zeros_like(x[:, :, :T])
    gradients = None
    t = T - 1
    while t >= 0:
        print("step", t)
        step = rnn_cell_backward(da_next=da[..., t], cache=cell_caches[t])
        dx[..., t] = step["dxt"]
        if t > 0:
            da[..., t - 1] += step["da_prev"]
        if gradients is None:
            gradients = {key: step[key].copy() for key in ("dWax", "dWaa", "dba")}
        else:
            for key in gradients:
                gradients[key] = gradients[key] + step[key]
        t -= 1
    gradients["da0"] = step["da_prev"]
    gradients["dx"] = dx
    return gradients
