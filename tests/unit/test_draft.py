"""Drafts of mistakes: edits that make of the reference what a student wrote."""

import tomllib

import minicourse
import pytest
from tables import each_row

from autograder.unit.catalogue import Edit, edited
from autograder.unit.draft import draft, edits_between
from autograder.unit.source import solved
from autograder.unit.unit import load
from unrolled.check.known_mistakes import Misconception

NAME = minicourse.NAME


@pytest.fixture
def unit(tmp_path):
    return load(NAME, minicourse.make(tmp_path))


WRONG = {
    "a line changed": ("3.0 * np.tanh(a)", "4.0 * np.tanh(a)"),
    "a line put in": ("    b = scaled", "    scaled += 1\n    b = scaled"),
    "a line left out": ("    b = scaled + np.arange(a.size)\n", ""),
    "the first line": ("def step(a):", "def step(a, extra=0):"),
    "a line put before all": ("def step(a):", "import math\n\n\ndef step(a):"),
    "quotes and backslashes": (
        "    return b",
        '    print("\\\\n" + \'"\')\n    return b',
    ),
}


@each_row("how", WRONG)
def test_the_edits_make_the_wrong_function(unit, how):
    right = solved(unit.solves["step"].text)
    find, put = WRONG[how]
    assert right.count(find) == 1
    wrong = right.replace(find, put)
    entry = tomllib.loads(draft(unit, "step", wrong))["misconception"][0]
    edits = tuple(map(tuple, entry.pop("edits")))
    made = edited(unit.cells, Edit(Misconception(**entry), edits, 1))
    (text,) = [
        cell.text for cell in made if cell.task == "step" and cell.role == "solve"
    ]
    assert text.split() == wrong.split()
    assert entry["section"] == unit.functions["step"].section


def test_what_is_the_same_has_no_edit(unit):
    right = solved(unit.solves["step"].text)
    assert edits_between(right, right) == []
    assert edits_between(right, right.replace("\n", "   \n")) == []


def test_a_draft_says_where_it_belongs_and_how_many_met_it(unit):
    text = draft(unit, "step", "def step(a):\n    return a\n", students=7)
    assert text.startswith("# A draft. Read the edits before")
    assert "misconceptions/ex1_step.toml" in text
    assert "# met 7 times" in text
