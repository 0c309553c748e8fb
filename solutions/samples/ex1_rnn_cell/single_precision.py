# %% task="rnn_cell_forward"
def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, ba = (parameters[k].astype(np.float32) for k in ("Wax", "Waa", "ba"))
    a_next = np.tanh(Wax @ xt.astype(np.float32) + Waa @ a_prev.astype(np.float32) + ba)
    yt_pred = softmax(parameters["Wya"].astype(np.float32) @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)
