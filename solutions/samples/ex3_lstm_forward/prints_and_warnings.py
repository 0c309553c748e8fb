# %%
import sys
import warnings

# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    print("xt", xt.shape, "a_prev", a_prev.shape)
    warnings.warn("still debugging", stacklevel=1)
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = 1 / (1 + np.exp(-(parameters["Wf"] @ concat + parameters["bf"])))  # overflows for large values, and is right
    it = 1 / (1 + np.exp(-(parameters["Wi"] @ concat + parameters["bi"])))
    ot = 1 / (1 + np.exp(-(parameters["Wo"] @ concat + parameters["bo"])))
    cct = np.tanh(parameters["Wc"] @ concat + parameters["bc"])
    print("gates between", ft.min(), "and", ft.max(), file=sys.stderr)
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    assert np.allclose(yt_pred.sum(axis=0), 1)
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)

# %%
print("now the loop")
