"""What is told goes to data and back: the text and the page that are made of it stay the same."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from tables import each_row

from autograder.grade.told import Feedback, Off, feedback_of, verdict_of
from autograder.safe.typed import KindError, typed
from unrolled.check.compare import compare_returned
from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Raised
from unrolled.check.render import as_html, as_text
from unrolled.check.verdict import Verdict, failure_text
from unrolled.check.where import Where
from unrolled.contract import array, tuple_of

SERIES = tuple_of("", array("a", "n", "m", "T_x"), array("y", "n", "m"))
ONE = Misconception("k", "f", "Seen so.", "Look.", "slips1_a#slip-k")
OTHER = replace(ONE, id="l", symptom="And so.", section="slips1_a#slip-l")
RAISED = Raised("ValueError", "no\nway", "a = b + c", 3, "g")
WHERE = Where("f", "2", 4, "cct", "shape")


def off(where, shape=(2, 3, 4)):
    """Differences where a block of the first output is off, and the second has another shape."""
    want = (np.ones(shape), np.ones((2, 3)))
    got = (np.ones(shape), np.ones((3, 2)))
    got[0][where] += 1
    return tuple(compare_returned(SERIES, got, want))


VERDICTS = {
    "right": Verdict("f", True, section="ch1_a#f", outputs=("a",)),
    "block": Verdict(
        "f", False, "f(x)", off(np.s_[:, 1:, 2:]), outputs=("a", "y"), section="ch1_a"
    ),
    "raised": Verdict(
        "f", False, "f(x)", failure=failure_text(RAISED), raised=RAISED, mistake=ONE
    ),
    "lost": Verdict("f", False, "f(x)", failure="did not come back", notes=("n",)),
    "two": Verdict(
        "f",
        False,
        "f(x)",
        off(np.s_[0]),
        mistake=ONE,
        also=OTHER,
        where=WHERE,
        before=("b",),
    ),
}


@each_row("name", VERDICTS)
def test_text_and_page_are_made_of_the_data_alone(name):
    verdict = VERDICTS[name]
    data = json.loads(json.dumps(asdict(feedback_of(verdict))))
    again = verdict_of("f", typed(Feedback, data))
    assert as_text(again) == as_text(verdict)
    assert as_html(again) == as_html(verdict)


def test_what_others_would_look_for_is_a_field():
    shape, value = feedback_of(VERDICTS["block"]).found
    assert (shape.output, shape.shape, shape.expected_shape) == ("y", (3, 2), (2, 3))
    assert (value.step, value.index) == (2, (0, 1, 2))
    assert value.off == Off((2, 3, 4), ((0, 1), (1, 2), (2, 3)))
    raised = feedback_of(VERDICTS["raised"]).raised
    assert (raised.kind, raised.line, raised.code) == ("ValueError", 3, "a = b + c")
    assert [one.id for one in feedback_of(VERDICTS["two"]).mistakes] == ["k", "l"]


def test_a_mask_that_is_no_block_is_no_part_of_it():
    wrong = np.zeros((2, 3, 4), bool)
    wrong[0, 0, 0] = wrong[1, 1, 1] = True
    found = feedback_of(VERDICTS["block"]).found[1]
    verdict = replace(VERDICTS["block"], differences=off(wrong))
    assert feedback_of(verdict).found[1] == replace(
        found, text=verdict.differences[1].text, step=0, index=(0, 0, 0), off=None
    )


@each_row(
    "mask",
    [
        {"shape": [2, 10**9], "at": [[0], [0]]},
        {"shape": [2, 2], "at": [[5], [0]]},
        {"shape": [2, -2], "at": [[0], [0]]},
        {"shape": [2, 2], "at": [[0]]},
    ],
)
def test_a_mask_that_cannot_be_is_not_drawn(mask):
    data = json.loads(json.dumps(asdict(feedback_of(VERDICTS["block"]))))
    data["found"][1]["off"] = mask
    assert "<pre" not in as_html(verdict_of("f", typed(Feedback, data)))


def test_a_where_that_may_not_be_told_is_damage():
    data = asdict(feedback_of(VERDICTS["two"]))
    data["where"]["verdict"] = "rm -rf"
    with pytest.raises(KindError, match="where: 'rm -rf' is none of"):
        typed(Feedback, data)
