from dataclasses import replace

import pytest
from tables import each_row

from unrolled.check.render import as_html, as_text
from unrolled.check.verdict import Verdict
from unrolled.check.where import LONGEST_NAME, Where

HERE = Where("lstm_cell_forward", "5", 10, "cct", "value")


def test_it_is_one_line_of_text():
    assert HERE.text == (
        "first wrong line: line 10, `cct` has the book's shape and other values"
    )
    assert Where("f", "", 0, "it", "missing").text == (
        "first departure: `it` is never computed"
    )


def test_of_a_line_that_agreed_in_an_earlier_call_that_is_said():
    text = replace(HERE, agreed_before=True).text
    assert text.startswith(HERE.text)
    assert "agreed in the calls before" in text
    assert "left in `self`" in text


def test_it_goes_to_plain_data_and_back():
    assert Where(**HERE.to_data()) == HERE


@each_row(
    "change",
    [
        {"off": -1},
        {"found": [3]},
        {"found": (3, "x")},
        {"name": "n" * (LONGEST_NAME + 1)},
        {"name": "a\nb"},
        {"name": 3},
        {"function": None},
        {"cell": ["5"]},
        {"line": -1},
        {"line": 10**9},
        {"line": True},
        {"line": "10"},
        {"verdict": "odd"},
        {"agreed_before": 1},
    ],
    ids=str,
)
def test_what_may_not_be_told_is_refused(change):
    with pytest.raises(ValueError, match=r"is no|is none of|is neither"):
        Where(**HERE.to_data() | change)


def test_a_verdict_tells_it():
    verdict = Verdict("f", False, "f()", failure="raises E", where=HERE)
    assert f"  where     {HERE.text}" in as_text(verdict).split("\n")
    assert "<code>cct</code> has the book" in as_html(verdict)
    assert "where" not in as_text(Verdict("f", False, "f()", failure="raises E"))
