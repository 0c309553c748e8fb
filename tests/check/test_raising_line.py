from tables import each_row

from unrolled.check.outcome import Raised
from unrolled.check.raising_line import assigned, of_one_line


@each_row(
    ("line", "name"),
    [
        ("a = b + c", "a"),
        ("  a[:, :, t] = a_next", "a"),
        ("grads['dWf'] += one", "grads"),
        ("self.c.real[0] = 1", "self"),
        ("a, b = f(x)", ""),
        ("a = b = 1", ""),
        ("f(x)", ""),
        ("a = (b +", ""),
        ("a = 1; b = 2", ""),
        ("", ""),
        ("7", ""),
        ("\0", ""),
    ],
)
def test_the_name_that_a_line_assigns_to(line, name):
    assert assigned(line) == name


@each_row(
    ("mine", "theirs", "may"),
    [
        ("a", "a", True),
        ("a", "y", False),
        ("mine", "y", True),  # a name of one's own says nothing
        ("", "y", True),
        ("a", "", True),
    ],
)
def test_two_lines_that_fill_two_outputs_are_not_one(mine, theirs, may):
    error = Raised("ValueError", "no", f"{mine}[0] = 1" if mine else "")
    assert of_one_line(error, Raised("ValueError", "no", on=theirs), ("a", "y")) is may
