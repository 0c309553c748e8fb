import tomllib

import pytest
from tables import each_row

from autograder.unit.toml_lines import line_of, line_of_error, without_line

TEXT = """\
# a comment
[course]
id = "x"

[late]
most = 1
days = [
  1,
  2,
]
[due]
a.b = 3
c = {d = 4}
"""


@each_row(
    ("keys", "line"),
    [
        (["course"], 2),
        (["course", "id"], 3),
        (["late", "most"], 6),
        (["late", "days"], 7),
        (["due"], 11),
        (["due", "a", "b"], 12),
        (["due", "c", "d"], 13),
        (["due", "c", "e"], 1),
        (["course", "id", "x"], 1),
    ],
    ids=lambda one: str(one),
)
def test_the_line_is_that_on_which_the_statement_begins(keys, line):
    assert line_of(keys, TEXT) == line


@each_row(
    ("text", "line", "said"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ('a = 1\nb = "x', 2, ""),
        ("", 1, None),
    ],
)
def test_a_file_that_is_none_stops_being_one_on_a_line(text, line, said):
    if said is None:
        assert line_of_error(tomllib.TOMLDecodeError("no place"), text) == line
        return
    with pytest.raises(tomllib.TOMLDecodeError) as broken:
        tomllib.loads(text)
    assert line_of_error(broken.value, text) == line
    assert said in without_line(broken.value)
    assert "line" not in without_line(broken.value)
    assert "end of document" not in without_line(broken.value)
