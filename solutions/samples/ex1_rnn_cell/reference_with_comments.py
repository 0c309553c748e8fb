# %% [markdown]
# My notes: the state comes first, the prediction second.

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    ### START CODE HERE ###
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    # start with what is given
    a_next = a0
    for t in range(0, T_x, 1):
        xt = x[:, :, t]
        a_next, yt_pred, cache = rnn_cell_forward(xt, a_next, parameters)
        a[:, :, t], y_pred[:, :, t] = a_next, yt_pred
        caches += [cache]
    ### END CODE HERE ###
    return a, y_pred, (caches, x)

# %%
# trying things out
print(np.tanh(0.5))
