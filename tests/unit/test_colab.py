"""The notebooks for Colab: one cell more, which costs nobody a point or a word."""

import json

import notebooks as nb
import pytest
from tables import each_row

from autograder.grade.submission import read
from autograder.unit.colab import CELL, FIRST_LINE, for_colab, is_setup, setup
from autograder.unit.repository import Repository

REPOSITORY = Repository("https://github.com/owner/repo", "github.com", "owner/repo")
WHEEL = "unrolled_autograder-0.1.0-py3-none-any.whl"
NAME = nb.UNIT.assignment
FIRST = setup(NAME, REPOSITORY, WHEEL)


def as_colab(notebook):
    """A notebook with the cell for Colab before all others."""
    return json.loads(for_colab(json.dumps(notebook).encode(), NAME, REPOSITORY, WHEEL))


def as_saved(notebook):
    """As Colab saves it: in an older format, with the cells' ids among their metadata, and
    outputs.
    """
    cells = [
        cell | {"metadata": {**cell["metadata"], "id": cell["id"]}}
        for cell in notebook["cells"]
    ]
    for cell in cells:
        del cell["id"]
    cells[0] |= {
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["/root\n"]}],
        "execution_count": 1,
    }
    metadata = notebook["metadata"] | {"colab": {"provenance": []}}
    return notebook | {"cells": cells, "nbformat_minor": 0, "metadata": metadata}


def test_the_other_cells_stay_as_they_are():
    first, *others = as_colab(nb.untouched())["cells"]
    assert (first["id"], "".join(first["source"])) == (CELL, FIRST)
    assert others == nb.untouched()["cells"]


def test_the_cell_names_the_public_repository_and_the_exercise():
    assert (
        "git clone --quiet --depth 1 https://github.com/owner/repo ~/unrolled-exercises"
        in FIRST
    )
    assert f"~/unrolled-exercises/{WHEEL}" in FIRST
    assert FIRST.endswith(f"/{NAME}")


@pytest.mark.parametrize(
    "form", [as_colab, lambda notebook: as_saved(as_colab(notebook))]
)
def test_a_hand_in_from_colab_is_read_without_a_word(tmp_path, form):
    found = read(nb.write(form(nb.answered()), tmp_path / "x.ipynb"), nb.UNIT)
    plain = read(nb.write(nb.answered(), tmp_path / "y.ipynb"), nb.UNIT)
    assert found.repairs == plain.repairs == []
    assert [text for _, text in found.cells] == [text for _, text in plain.cells]


@pytest.mark.parametrize(
    "form", [as_colab, lambda notebook: as_saved(as_colab(notebook))]
)
def test_a_hand_in_from_colab_gets_the_same_result(tmp_path, form):
    wrong = nb.mistaken(nb.mistake(nb.SEQUENCE, "a0-ignored"))
    grader = nb.grader()
    plain, colab = (
        without_cells(
            json.loads(
                grader.grade(nb.write(one, tmp_path / f"{NAME}.ipynb"), "ann").to_json()
            )
        )
        for one in (wrong, form(wrong))
    )
    assert 0 < colab["score"] < colab["max_score"]
    assert (colab["repairs"], colab["score"], colab["tasks"]) == (
        [],
        plain["score"],
        plain["tasks"],
    )


def without_cells(result):
    """A result without the numbers of cells: a notebook from Colab has one more."""
    for task in result["tasks"]:
        if task["feedback"]["where"]:
            task["feedback"]["where"]["cell"] = ""
    return result


@each_row("added", ["", "\n", "\n!ls", "\n  # mine\n%pwd"])
def test_the_cell_is_known_whatever_repository_it_fetches(added):
    assert is_setup(
        setup("ex2", Repository("https://git.example/x", "git.example", "x"), "x.whl")
        + added
    )


@each_row(
    "text",
    ["", "x = 1", f"{FIRST_LINE}\nx = 1", "!ls", f"{FIRST}\ndef rnn_forward(x): ..."],
)
def test_a_cell_with_python_is_never_left_out(text):
    assert not is_setup(text)
