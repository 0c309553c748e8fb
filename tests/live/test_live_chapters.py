"""Which cells of a chapter run in the page, and what they need for it."""

from book_fixtures import ROOT, extension
from tables import each_row

live = extension("live_chapters")

HIDDEN = """import numpy as np
from autograder.unit.source import reference
from book.figures import draw

rnn, lm = reference("ex1_rnn_cell"), reference("ex7_language_model")
rnn_forward, step = rnn.rnn_forward, reference("ex2_rnn_backward").rnn_backward
rows = draw.rows()
"""


def needs(*cells):
    """What visible cells need that follow the hidden one; a cell in brackets is hidden, too."""
    every = [(HIDDEN, False)]
    every += [(c[0], False) if isinstance(c, list) else (c, True) for c in cells]
    return [one and (one.after, one.own) for one in live.runnable(every)]


def test_a_cell_on_numpy_alone_runs():
    assert needs("x = np.ones(3)\nprint(x)") == [([], {})]


def test_a_cell_runs_after_those_whose_names_it_uses():
    found = needs("a = 1", "b = 2", "def f():\n    return a", "print(f())")
    assert [one[0] for one in found] == [[], [], [0], [0, 2]]


def test_a_function_of_an_exercise_is_to_be_the_readers_own():
    found = needs("a, _, _ = rnn_forward(1)", "print(a)", "lm.sample(a)")
    assert found[0] == ([], {"ex1_rnn_cell": ["rnn_forward"]})
    assert found[1] == ([0], {"ex1_rnn_cell": ["rnn_forward"]})
    assert found[2][1] == {
        "ex1_rnn_cell": ["rnn_forward"],
        "ex7_language_model": ["lm.sample"],
    }


@each_row(
    "text",
    [
        "print(rows)",
        "draw.rows()",
        "print(lm)",
        "step(1)",  # by a name that the exercise does not have
        "def later():\n    return rows",
        "total += 1",
    ],
)
def test_what_stands_on_hidden_things_does_not_run(text):
    assert needs(text) == [None]
    assert needs(f"{text}\nkept = 1", "print(kept)") == [None, None]


def test_the_last_to_bind_a_name_counts():
    assert needs("a = 1", ["a = rows"], "print(a)")[1] is None
    assert needs(["a = rows"], "a = 1", "print(a)")[1] == ([0], {})


def test_names_within_functions_and_comprehensions_are_their_own():
    text = "def f(rows):\n    k = rows\n    return [rows for rows in k]\n[f(k) for k in (1, 2)]"
    assert needs(text) == [([], {})]


@each_row("number", range(1, 9))
def test_every_chapter_has_cells_that_run_and_takes_functions_that_there_are(number):
    (path,) = (ROOT / "book").glob(f"ch{number}_*.md")
    found = [one for one in live.runnable(live.cells_of(path)) if one]
    assert found
    for one in found:
        for assignment, names in one.own.items():
            source = (
                ROOT / "exercises" / assignment / f"{assignment}.ipynb"
            ).read_text()
            for name in names:
                plain = name.split(".")[-1]
                assert (
                    f"def {plain}(" in source
                    or f"{plain} = " in source
                    or (f"class {plain}" in source)
                ), (assignment, name)
