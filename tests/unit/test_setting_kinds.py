from datetime import date, time

from tables import each_row

from autograder.unit import setting_kinds as kinds

KINDS = [
    ("TEXT", ["", "a\nb"], [1, None, ["a"]]),
    ("LINE", ["Course 1"], ["", "  ", "a\nb", 1]),
    ("ID", ["", "rnn-2027", "a.b_c"], [".hidden", "a b", "a/b", 1]),
    ("ZONE", ["UTC", "Europe/Berlin"], ["", "Berlin", "../etc/passwd", 1]),
    ("NAMES", [[], ["a"], ("a",)], ["a", [1], None]),
    ("POSITIVE", [1, 0.5], [0, -1, True, "1", float("inf"), float("nan")]),
    ("NOT_NEGATIVE", [0, 2.5], [-0.1, False, float("nan")]),
    ("SHARE", [0, 0.5, 1], [1.01, -0.1, True]),
    ("ADDRESS", ["", "https://b.example/"], ["b.example", 1, "javascript:1"]),
    ("REPOSITORY", ["", "https://github.com/a/b"], ["a/b", 1]),
    ("RUNTIME", ["bundled", "off", "https://b.example/p/"], ["", "on", 1]),
    ("SOURCE_OF_TIMES", ["system", "name"], ["", "clock", None]),
]


@each_row(
    ("kind", "right", "wrong"),
    KINDS,
)
def test_a_kind_takes_its_values_and_no_others(kind, right, wrong):
    accepts = getattr(kinds, kind).accepts
    assert [value for value in right if not accepts(value)] == []
    assert [value for value in wrong if accepts(value)] == []


def test_every_kind_is_tried():
    named = {name for name, one in vars(kinds).items() if isinstance(one, kinds.Kind)}
    assert named == {name for name, _, _ in KINDS}


@each_row(
    ("value", "text"),
    [
        (True, "true"),
        (date(2027, 1, 15), "2027-01-15"),
        (time(9, 30), "09:30:00"),
        (0.5, "0.5"),
        ("a", "'a'"),
    ],
)
def test_a_value_is_told_as_the_file_has_it(value, text):
    assert kinds.as_written(value) == text
