"""Wrong answers that no mistake explains: the same numbers are one group, whoever wrote them."""

import json

import notebooks as nb
import pytest

from autograder.cli import main

EX1, CELL = "ex1_rnn_cell", "rnn_cell_forward"
RIGHT = "np.tanh("
# by student: what stands in place of the tanh of the state
ANSWERS = {
    "ann": "1.1 * np.tanh(",
    "bob": "(11 / 10) * np.tanh(",
    "cy": "np.tanh(0.5 + ",
    "dee": "np.tanh(",
    "eve": "np.sinh(1 / 0 + ",
    "fay": "np.sinh(1 / 0 * ",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The groups of a class, and what was said of them."""
    place = tmp_path_factory.mktemp("class")
    for student, put in ANSWERS.items():
        text = nb.RIGHT[nb.CELL].replace(RIGHT, put, 1)
        path = place / "in" / student / EX1 / f"{EX1}.ipynb"
        path.parent.mkdir(parents=True)
        notebook = nb.answered(**{nb.CELL: text})
        path.write_text(json.dumps(notebook), encoding="utf-8")
    assert main(["grade", str(place / "in"), "--out", str(place / "out")]) == 0
    return place


def test_groups_are_by_numbers_and_errors(graded, capsys):
    words = [str(graded / "in"), "--out", str(graded / "out"), "--names"]
    assert main(["unexplained", *words, "--draft", str(graded / "drafts")]) == 0
    said = capsys.readouterr().out
    note = json.loads((graded / "out" / "unexplained.json").read_text(encoding="utf-8"))
    groups = [set(one["students"]) for one in note["groups"] if one["function"] == CELL]
    assert {"ann", "bob"} in groups
    assert {"cy"} in groups
    assert not any("dee" in group for group in groups)
    assert f"2 × {CELL} of {EX1}: ann, bob" in said
    assert "    `a_next` differs in all " in said
    drafts = sorted(path.read_text() for path in (graded / "drafts").iterdir())
    assert any("1.1 * np.tanh(" in text for text in drafts)
    assert (graded / "out" / "unexplained.json").stat().st_mode & 0o077 == 0


def test_the_note_is_no_result(graded, capsys):
    assert main(["report", "csv", str(graded / "out")]) == 0
    read = capsys.readouterr()
    assert read.err == ""
    assert len(read.out.splitlines()) == 1 + len(ANSWERS)
