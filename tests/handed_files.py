"""Files as students hand them in, and the exercises that they are of."""

EXERCISES = ("ex1_rnn_cell", "ex2_rnn_backward", "ex2_rnn")


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return path
