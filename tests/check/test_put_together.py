from one_loop import RIGHT, where
from tables import each_row

LAST = "        carry = W.T @ dz\n"
RETURN = '    return {"dx": dx, "dW": dW}'


@each_row(
    ("old", "new", "line", "turns"),
    [
        ("range(x.shape[2])", "range(x.shape[2] - 1)", 8, (3, 4)),
        (LAST, f"{LAST}        if t == 2:\n            break\n", 8, (2, 4)),
        (LAST, f"{LAST}    {RETURN}\n", 14, (1, 4)),
    ],
    ids=["shorter", "broken off", "returned from"],
)
def test_a_loop_that_turns_too_seldom_is_told_or_what_leaves_it(old, new, line, turns):
    found = where(RIGHT.replace(old, new))
    assert (found.verdict, found.line) == ("loop", line)
    assert (found.turn, found.turns) == turns


@each_row(
    "packing",
    [
        RETURN.replace('"dW": dW', '"dW": [dW]'),
        RETURN.replace('"dx": dx, "dW": dW', '"dx": dW, "dW": dx'),
    ],
)
def test_right_values_that_are_packed_wrongly_are_told_by_the_packing_line(packing):
    found = where(RIGHT.replace(RETURN, packing))
    assert (found.verdict, found.line) == ("form", 14)
