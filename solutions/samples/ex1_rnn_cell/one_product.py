# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    both = np.concatenate([a_prev, xt])
    W = np.hstack((parameters["Waa"], parameters["Wax"]))
    a_next = np.tanh(W @ both + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)

# %% task="rnn_forward"
def rnn_forward(x, a0, parameters):
    states, predictions, caches = [], [], []
    state = a0
    for xt in np.moveaxis(x, -1, 0):
        state, prediction, cache = rnn_cell_forward(xt, state, parameters)
        states.append(state)
        predictions.append(prediction)
        caches.append(cache)
    return np.stack(states, axis=2), np.stack(predictions, axis=-1), (caches, x)
