from types import SimpleNamespace

from tables import each_row

from autograder.grade.client import REPAIRS
from autograder.grade.feedback import names_told, repairs_of
from autograder.grade.reloading import Loaded

CELLS = [("c1", "def f(x):\n    return helper(x) + rate")]
SUBMISSION = SimpleNamespace(cells=CELLS)


@each_row(
    ("stray", "told"),
    [
        ((["rate"], ["helper"]), (["rate"], ["helper"])),
        ((["secret_31"], ["secret_32"]), ([], [])),
        ((["f"], ["f"]), (["f"], [])),  # a companion that is missing is told for itself
    ],
)
def test_only_names_that_stand_in_the_students_cells_are_told(stray, told):
    assert names_told(stray, SUBMISSION, ["f"]) == told


def test_what_was_made_of_cells_is_told_then_what_was_left_out():
    loaded = Loaded(
        repairs=[("c1", "joined")],
        skipped={"c2": "at line 3: it ended", "c3": "it ended"},
        cut="all took more than 30 s",
    )
    assert repairs_of(loaded) == [
        f"code cell c1: {REPAIRS['joined']}",
        "code cell c2 is left out at line 3: it ended",
        "code cell c3 is left out as a whole: it ended",
        "all took more than 30 s",
    ]
    assert repairs_of(Loaded()) == []
