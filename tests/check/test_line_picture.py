from unrolled.check.line_picture import line_picture
from unrolled.check.where import LineMark, Where

LINES = ["def f(x):", "    y = x < 1", "    z = y + 1", "    return z"]
HERE = Where(
    "f",
    "",
    3,
    "z",
    "value",
    off=2,
    of=4,
    marks=(
        LineMark(2, "agrees", ("y",)),
        LineMark(3, "first"),
        LineMark(4, "follows"),
    ),
).with_lines(LINES)


def test_each_line_has_a_mark_and_a_legend():
    html = line_picture(HERE)
    assert "y = x &lt; 1" in html
    assert "<b>3  z = y + 1</b>" in html
    assert "✓ agrees with the book, ✗ the first that departs, ↳ follows from it" in html


def test_without_lines_there_is_nothing_to_draw():
    assert line_picture(None) == ""
    assert line_picture(Where("f", "", 3, "z", "value")) == ""


def test_only_what_is_near_is_drawn():
    many = tuple(LineMark(n, "first" if n == 30 else "agrees") for n in range(1, 60))
    html = line_picture(
        Where("f", "", 30, "z", "value", marks=many).with_lines(["a"] * 60)
    )
    assert html.count("\n") == 14
