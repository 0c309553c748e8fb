# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next.tolist(), yt_pred.tolist(), (a_next.tolist(), a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    a_next = a0
    steps = []
    for t in range(x.shape[2]):
        steps.append(rnn_cell_forward(x[:, :, t], np.array(a_next), parameters))
        a_next = steps[-1][0]
    a = np.array([s[0] for s in steps]).transpose(1, 2, 0)
    y_pred = np.dstack([s[1] for s in steps])
    return a, y_pred.tolist(), ([s[2] for s in steps], x.tolist())
