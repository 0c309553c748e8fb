from tables import each_row

from autograder.grade import said
from unrolled.check.outcome import Raised

ODD = (None, 1, True, "a", ["a"], {"a": 1}, 2.5)


@each_row(
    ("take", "kind", "nothing"),
    [(said.text_in, str, ""), (said.list_in, list, []), (said.line_in, int, 0)],
    ids=["text", "list", "line"],
)
def test_of_another_kind_there_is_nothing(take, kind, nothing):
    for value in ODD:
        assert take(value) == (value if type(value) is kind else nothing)


@each_row(("value", "line"), [(0, 0), (12, 12), (-1, 0), (10**6, 0), (True, 0)])
def test_a_line_has_a_number_that_a_cell_can_have(value, line):
    found = said.line_in(value)
    assert (found, type(found)) == (line, int)


def test_pairs_are_lists_of_two_and_what_is_no_text_is_no_cell():
    value = [["c1", 3], [2, "x"], ["c1"], "ab", ["c1", 1, 2], None]
    assert said.pairs_in(value) == [("c1", 3), ("", "x")]
    assert said.pairs_in({"c1": 3}) == []


def test_names_are_identifiers_and_not_too_many_or_too_long():
    assert said.names_in(["a", "b c", 3, "x" * 81, "x" * 80, "1"]) == ["a", "x" * 80]
    assert said.names_in([f"n{i}" for i in range(40)]) == [f"n{i}" for i in range(20)]


def test_an_exception_is_cut_to_what_can_be_shown():
    message = {"kind": "K" * 100, "text": "t" * 1000, "cell": 3, "line": "4"}
    assert said.raised_in(message) == Raised("K" * 80, "t" * 500)
    assert said.raised_in({}) == Raised("", "")
    message = {"kind": "ValueError", "text": "no", "cell": "c1", "line": 4}
    assert said.raised_in(message) == Raised("ValueError", "no", "c1", 4)
