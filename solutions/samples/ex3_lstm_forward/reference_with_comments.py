# %%
%matplotlib inline
!echo "a cell of my own"

# %% task="lstm_cell_forward"
def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """
    Implement a single forward step of the LSTM-cell
    """
    Wf = parameters["Wf"]; bf = parameters["bf"]
    Wi = parameters["Wi"]; bi = parameters["bi"]
    Wc = parameters["Wc"]; bc = parameters["bc"]
    Wo = parameters["Wo"]; bo = parameters["bo"]
    Wy = parameters["Wy"]; by = parameters["by"]
    ### START CODE HERE ###
    # a_prev first, then xt
    concat = np.concatenate((a_prev, xt), axis = 0)
    ft = sigmoid(np.dot(Wf, concat) + bf)        # forget gate
    it = sigmoid(np.dot(Wi, concat) + bi)        # input gate
    cct = np.tanh(np.dot(Wc, concat) + bc)       # candidate value
    c_next = (ft * c_prev) + (it * cct)          # cell state
    ot = sigmoid(np.dot(Wo, concat) + bo)        # output gate
    a_next = ot * (np.tanh(c_next))              # hidden state
    yt_pred = softmax(np.dot(Wy, a_next) + by)
    ### END CODE HERE ###
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache
