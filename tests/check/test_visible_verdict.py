from conftest import CELL, SEQUENCE
from first_unit import CALL, notebook
from tables import each_row

from unrolled.check.render import as_text

LOOP = """
def rnn_forward(x, a0, parameters):
    a, y, caches, a_next = [], [], [], a0
    for t in range(x.shape[2]):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a.append(a_next)
        y.append(yt)
        caches.append(cache)
    return np.stack(a, 2), np.stack(y, 2), (caches, x)
"""


def test_reading_the_notebook_is_wrong_even_where_the_numbers_are_right(of, check):
    *_, parameters = check.example(CELL)
    verdict = of(
        "p = parameters\nparameters_ = Wya\nreturn right(xt, a_prev, p)",
        Wya=parameters["Wya"],
    )
    assert verdict.mistake.id == "notebook-globals"
    assert "✗ rnn_cell_forward is not right yet." in as_text(verdict)
    assert "reads `Wya` from the notebook" in as_text(verdict)


def test_data_of_the_notebook_in_place_of_an_argument(check):
    *_, parameters = check.example(CELL)
    space = notebook(
        "right = rnn_cell_forward\ndef rnn_cell_forward(xt, a, p): return right(xt, a, parameters)"
    )
    space["parameters"] = parameters
    verdict = check.verdict(space[CELL])
    assert verdict.mistake.id == "notebook-globals"
    assert "`parameters`" in verdict.mistake.symptom


def test_only_other_sizes_wrong_is_noted(of):
    verdict = of(
        f"a, y, c = right({CALL})\nreturn (a, y, c) if a.shape == (5, 4) else (2 * a, y, c)"
    )
    assert verdict.notes == (
        "The notebook's example comes out right. What is called here has other sizes.",
    )


MEND = (
    "`rnn_cell_forward`, which this function may call, is not right itself. "
    "Mend it first, then check again."
)


@each_row(
    ("cell", "notes"),
    [
        ("", ()),
        (
            "right = rnn_cell_forward\n"
            f"def rnn_cell_forward({CALL}): return right(2 * xt, a_prev, parameters)",
            (MEND,),
        ),
        (f"def rnn_cell_forward({CALL}): return None", (MEND,)),
        (
            "W = np.ones(1)\nright = rnn_cell_forward\n"
            f"def rnn_cell_forward({CALL}): W; return right({CALL})",
            (MEND,),
        ),
    ],
)
def test_a_wrong_companion_is_to_be_mended_first(check, cell, notes):
    late = LOOP.replace("x[:, :, t]", "x[:, :, t - 1]")
    verdict = check.verdict(notebook(cell, late)[SEQUENCE])
    assert (verdict.right, verdict.notes) == (False, notes)
    if notes:
        lines = as_text(verdict).splitlines()
        assert lines[2] == f"  note      {MEND}"


def test_a_companion_answers_for_what_it_reads(check):
    reads = (
        "W = np.ones(1)\nright = rnn_cell_forward\n"
        f"def rnn_cell_forward({CALL}): W; return right({CALL})"
    )
    space = notebook(reads, LOOP)
    assert not check.verdict(space[CELL]).right
    assert check.verdict(space[SEQUENCE]).right
