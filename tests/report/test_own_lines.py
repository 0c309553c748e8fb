"""Lines in a form in which they compare: without the release, own names, spaces and quotes."""

from tables import each_row

from autograder.report.own_lines import Released, form_of

RELEASED = Released(
    ["def f(x, W):\n    # scale it\n    b = None\n    return np.tanh(W)\n"]
)

SAME = {
    "names that a student chose": ("z = W @ x + other", "val = W @ x + mine"),
    "spaces": ("z=W@x+1", "z  =  W @ x + 1"),
    "quotes": ("d['a'] = x + 1", 'd["a"] = x + 1'),
    "a comment's signs": ("z = x  # Sum  them", "z = x  #: sum them"),
}
DIFFERENT = {
    "names of the release": ("z = W @ x + 1", "z = x @ W + 1"),
    "what is called of a module": ("z = np.sum(x)", "z = np.max(x)"),
    "numbers": ("z = x + 1e-8", "z = x + 1e-9"),
    "comments": ("z = x  # sum", "z = x  # mean"),
}


@each_row(("one", "other"), SAME.values(), ids=SAME)
def test_what_is_the_same(one, other):
    assert form_of(one, RELEASED.names) == form_of(other, RELEASED.names)


@each_row(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_is_not(one, other):
    assert form_of(one, RELEASED.names) != form_of(other, RELEASED.names)


def test_lines_of_the_release_and_short_ones_are_nobodys():
    lines = RELEASED.own("    # Scale it\n    b = None\n    b = W @ x + 7\n    b\n)\n")
    assert [bool(line.form) for line in lines] == [False, False, True, False, False]


@each_row("line", ["x = (1 +", "'''", "\tif x:", "\x00 a b c", "é = 1 ½"])
def test_any_line_has_a_form(line):
    assert isinstance(form_of(line, RELEASED.names), str)
