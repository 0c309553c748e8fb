"""What a notebook's exercise is, where the machine cannot read it: no mark, and the reason."""

import errno
import os

import notebooks as nb
from tables import each_row

from autograder.batch import recognise
from autograder.collect.hand_in import HandIn


@each_row(
    ("error", "why"),
    [
        (MemoryError(), "there is no memory left"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), "Input/output error"),
        (OSError("the disk is away"), "the disk is away"),
    ],
)
def test_a_failure_of_the_machine_is_told_with_its_reason(
    error, why, monkeypatch, tmp_path
):
    def fail(*given):
        raise error

    hand_in = HandIn("ann", "", tmp_path / "x.ipynb")
    with monkeypatch.context() as patch:
        patch.setattr(recognise, "exercise_in", fail)
        (found,) = recognise.one_for_each([hand_in], nb.COURSE)
    assert found.broken == f"it could not be read: {why}"
