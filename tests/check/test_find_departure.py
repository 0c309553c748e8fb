from one_loop import RIGHT, where
from tables import each_row


@each_row(
    ("line", "old", "new", "name", "verdict"),
    [
        (10, "np.tanh(x[:, :, t]) ** 2", "np.tanh(x[:, :, t])", "dz", "value"),
        (11, "dx[:, :, t] =", "dx[:, :, t - 1] =", "dx", "value"),
        (13, "carry = W.T", "carry = W", "carry", "value"),
        (12, "dW +=", "dW =", "dW", "value"),
        (
            12,
            "dW += dz @ x[:, :, t].T",
            "u = x[:, :, t].reshape(2, 3)\n        dW += dz @ u",
            "u",
            "unknown",
        ),
        (8, "reversed(range(x.shape[2]))", "range(x.shape[2])", "t", "value"),
        (8, "range(x.shape[2])", "range(1, x.shape[2])", "", "loop"),
        (5, "dW = np.zeros(W.shape)", "dW = None", "dW", "missing"),
        (9, "+ carry", "+ carry.T", "", "raises"),
        (14, '"dx": dx, "dW": dW', '"dx": dW, "dW": dx', "", "form"),
    ],
    ids=lambda one: str(one)[:24],
)
def test_the_line_of_a_mistake_is_named(line, old, new, name, verdict):
    assert RIGHT.count(old) == 1
    text = RIGHT.replace(old, new)
    found = where(text)
    assert (found.line, found.verdict) == (line, verdict)
    if name:
        assert found.name == name


def test_a_helper_is_told_from_what_calls_it():
    helper = "\ndef slope(u):\n    return 1 - np.tanh(u)\n"
    text = RIGHT.replace("1 - np.tanh(x[:, :, t]) ** 2", "slope(x[:, :, t])") + helper
    found = where(text)
    assert (found.function, found.line) == ("slope", 17)
