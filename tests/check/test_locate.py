import numpy as np
from tables import each_row

from autograder.release.landmarks import without_equals
from autograder.release.recorder import Recorder
from autograder.release.telling import recorded, telling
from autograder.unit.unit import copied
from unrolled.check.landmark_store import landmarks_from_data, landmarks_to_data
from unrolled.check.landmarks import Landmarks
from unrolled.check.locate import (
    Run,
    function_from_data,
    function_to_data,
    locate,
)
from unrolled.check.watch import codes_of
from unrolled.contract import Function, array, dict_of

RIGHT = """
import numpy as np

def backward(da, x, W):
    dW = np.zeros(W.shape)
    dx = np.zeros(x.shape)
    carry = np.zeros(da.shape[:2])
    for t in reversed(range(x.shape[2])):
        total = da[:, :, t] + carry
        dz = total * (1 - np.tanh(x[:, :, t]) ** 2)
        dx[:, :, t] = W.T @ dz
        dW += dz @ x[:, :, t].T
        carry = W.T @ dz
    return {"dx": dx, "dW": dW}
"""
CONTRACT = Function(
    "backward",
    (array("da", "n", "m", "T"), array("x", "n", "m", "T"), array("W", "n", "n")),
    dict_of("gradients", array("dx", "n", "m", "T"), array("dW", "n", "n")),
    section="ch2#one",
)
rng = np.random.default_rng(3)
CASE = (
    rng.standard_normal((3, 2, 4)),
    rng.standard_normal((3, 2, 4)),
    rng.standard_normal((3, 3)),
)


def module(text):
    space: dict = {}
    exec(compile(text, "<cell>", "exec"), space)
    return space["backward"]


WANT = module(RIGHT)(*CASE)


def landmarks():
    recorder = Recorder()
    told = telling([(RIGHT, True)], recorder)
    marks = recorded(told.backward, CASE, recorder)
    names = frozenset({"dx", "dW", "carry", "dz", "total"})
    return Landmarks(without_equals(marks), recorder.forms(), names)


KNOWN = landmarks()


def where(text):
    function = module(text)
    run = Run(
        CONTRACT,
        function,
        lambda: function(*copied(CASE)),
        WANT,
        KNOWN,
        {"<cell>": text},
    )
    found = locate(run)
    return None if found is None else found.where


@each_row(
    ("line", "old", "new", "name", "verdict"),
    [
        (10, "np.tanh(x[:, :, t]) ** 2", "np.tanh(x[:, :, t])", "dz", "value"),
        (11, "dx[:, :, t] =", "dx[:, :, t - 1] =", "dx", "value"),
        (13, "carry = W.T", "carry = W", "carry", "value"),
        (12, "dW +=", "dW =", "dW", "value"),
        (8, "reversed(range(x.shape[2]))", "range(x.shape[2])", "t", "value"),
        (8, "range(x.shape[2])", "range(1, x.shape[2])", "", "loop"),
        (5, "dW = np.zeros(W.shape)", "dW = None", "dW", "missing"),
        (9, "+ carry", "+ carry.T", "", "raises"),
        (14, '"dx": dx, "dW": dW', '"dx": dW, "dW": dx', "", "form"),
    ],
    ids=lambda one: str(one)[:24],
)
def test_the_line_of_a_mistake_is_named(line, old, new, name, verdict):
    assert RIGHT.count(old) == 1
    text = RIGHT.replace(old, new)
    found = where(text)
    assert (found.line, found.verdict) == (line, verdict)
    if name:
        assert found.name == name


def test_what_nothing_in_the_loop_changes_is_the_loops_fault():
    found = where(RIGHT.replace("        carry = W.T @ dz\n", ""))
    assert (found.line, found.last, found.verdict) == (8, 12, "unchanged")
    assert found.name == "carry"


def test_other_names_and_another_way_are_followed():
    text = RIGHT.replace(
        "        dz = total * (1 - np.tanh(x[:, :, t]) ** 2)\n",
        "        s = np.cosh(x[:, :, t])\n        dz = total / (s * s)\n",
    )
    assert where(text) is None  # it is right
    found = where(text.replace("dz @ x[:, :, t].T", "2 * dz @ x[:, :, t].T"))
    assert found.line == 13
    own = [one.number for one in found.marks if one.mark == "own"]
    assert own == [10]


def test_a_helper_is_told_from_what_calls_it():
    helper = "\ndef slope(u):\n    return 1 - np.tanh(u)\n"
    text = RIGHT.replace("1 - np.tanh(x[:, :, t]) ** 2", "slope(x[:, :, t])") + helper
    found = where(text)
    assert (found.function, found.line) == ("slope", 17)


def test_a_right_function_is_not_marked():
    assert where(RIGHT) is None


def test_landmarks_and_contract_travel_as_plain_data():
    data, arrays = landmarks_to_data(KNOWN)
    again = landmarks_from_data(data, arrays)
    assert [one.name for one in again.marks] == [one.name for one in KNOWN.marks]
    assert function_from_data(function_to_data(CONTRACT)).returns == CONTRACT.returns


def test_the_codes_that_are_watched_are_the_students():
    main, codes = codes_of(module(RIGHT))
    assert {one.co_name for one in main} == {"backward"}
    assert main <= codes
