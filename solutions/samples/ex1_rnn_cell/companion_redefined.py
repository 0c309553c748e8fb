# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %%
# once more, for the loop below
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    caches, a, y_pred = [], [], []
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    before = a0
    for t in range(x.shape[2]):  # without the cell function
        after = np.tanh(Waa @ before + Wax @ x[:, :, t] + ba)
        a.append(after)
        y_pred.append(softmax(Wya @ after + by))
        caches.append((after, before, x[:, :, t], parameters))
        before = after
    return np.stack(a, -1), np.stack(y_pred, -1), (caches, x)
