"""An exercise's page: whose each cell is, where the stub is, and nothing of the grader's own
notes.
"""

import pytest
from book_fixtures import extension, small_book

cells = extension("exercise_cells")
between_markers, label = cells.between_markers, cells.label

START, END = "    ### START CODE HERE ### (≈1 line)", "    ### END CODE HERE ###"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The page of exercise 1, as HTML."""
    book = small_book(tmp_path_factory.mktemp("small"))
    assert book.returncode == 0, book.log[-3000:]
    return (book.html / "exercises" / "ex1_rnn_cell" / "ex1_rnn_cell.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("kind", "words"),
    [("given", "Given"), ("yours", "Your part: "), ("check", "Check · 10 points")],
)
def test_every_cell_of_the_course_says_whose_it_is(source, kind, words):
    assert source.count(f"cell-{kind} ") + source.count(f'cell-{kind}"') == 2
    assert source.count(f'<p class="cell-label">{words}') == 2


def test_an_experiment_has_no_label(source):
    assert label(None) == ("", [])
    assert source.count("cell-label") == 6


def test_stubs_are_marked(source):
    marked = source.split('<span class="hll">')[1:]
    assert len(marked) == 4 + 5  # lines of the two stubs, markers included
    assert "START CODE HERE" in marked[0]


def test_nothing_of_nbgrader_shows(source):
    for word in ("nbgrader", "checksum", "grade_id", "schema_version"):
        assert word not in source


@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        (["a", START, "b", END, "c"], [2, 3, 4]),
        ([START, END, "x", START, "y", END], [1, 2, 4, 5, 6]),
        (["no", "stub"], []),
    ],
)
def test_marked_are_the_lines_from_marker_to_marker(lines, marked):
    assert between_markers("\n".join(lines)) == marked
