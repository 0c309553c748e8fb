"""What a result says of a submission tells nothing of the hidden numbers, nor of the solution."""

import re
from dataclasses import dataclass
from types import ModuleType

import notebooks as nb
import pytest
from secrecy import SOLUTION, assert_no_secrets

from autograder.grade import grader
from autograder.grade import submission as submissions
from autograder.grade.hidden_tests import run_tests
from autograder.grade.judge import Judge
from autograder.unit.catalogue import variant
from autograder.unit.unit import outcome
from unrolled.check.outcome import Returned
from unrolled.check.render import as_html, as_text

CELL, SEQUENCE = nb.CELL, nb.SEQUENCE


@dataclass(frozen=True)
class Module:
    """Calls the functions of a module as a worker calls a student's."""

    module: ModuleType

    def call(self, name, arguments):
        came = outcome(getattr(self.module, name), arguments)
        return Returned(came.value, arguments) if isinstance(came, Returned) else came


def test_nothing_that_is_said_of_a_known_mistake_is_a_secret(tmp_path, subtests):
    """The functions are the course's own, so they are called in this process."""
    for number, edit in enumerate(nb.UNIT.edits):
        one = edit.misconception
        with subtests.test(f"{one.function}-{one.id}-{number}"):
            path = nb.write(nb.mistaken(edit), tmp_path / "x.ipynb")
            wrong = Module(variant(nb.UNIT.assignment, edit, nb.COURSE))
            judge = Judge(nb.UNIT, wrong, 0)
            attempt = run_tests(nb.UNIT, judge, (one.function,))[one.function]
            assert not attempt.whole
            submission = submissions.read(path, nb.UNIT)
            verdict = grader.explained(nb.UNIT, None, submission, attempt, ((), ()))
            texts = [as_text(verdict), as_html(verdict)]
            assert one.symptom in texts[0]
            assert_no_secrets(texts, SOLUTION)


def test_the_solution_has_lines_to_look_for():
    assert any("np.tanh" in line for line in SOLUTION)


DIGITS = "digits = '%d' % abs(int(xt[0, 0] * 1e9)); "


BROADCAST = "text = 'operands could not be broadcast together with shapes (%s) (3,) '; "


MISSING = "text = 'f() missing 1 required positional arguments: '; "


SMUGGLED = {
    "a float": "raise ValueError(str(xt))",
    "an integer": "raise ValueError(f'index {digits} is out of bounds for axis 0 with size 3')",
    "a shape": f"{BROADCAST}raise ValueError(text % ','.join(digits))",
    "names": f"{MISSING}raise TypeError(text + ', '.join(repr('v' + d) for d in digits))",
    "a name": "raise NameError(f\"name 'v{digits}' is not defined\")",
    "a class": "raise type('v' + digits, (Exception,), {})",
    "an object": "return type('v' + digits, (), {})(), 1, 2",
    "a length": "return np.zeros((0, int(digits))), np.zeros((*map(int, digits), 0)), ()",
    "the number of values": "return (None,) * int(digits[:6])",
    "a key": "raise KeyError(float(xt[0, 0]))",
    "a variable": (
        "exec(f'def rnn_cell_forward(xt, a_prev, parameters):\\n"
        "  return v{digits}', globals()); 1 / 0"
    ),
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_hidden_inputs_do_not_come_out(name, graded):
    """Digits of an input, in whatever form the function lets them out."""
    text = re.sub(
        r"\n    Wax, Waa, Wya = .*",
        lambda m: f"\n    {DIGITS}{SMUGGLED[name]}{m[0]}",
        nb.RIGHT[CELL],
    )
    _, tasks = graded(nb.answered(**{CELL: text}))
    assert tasks[CELL].points < 10
    told = " ".join([tasks[CELL].message, tasks[CELL].html])
    digits = hidden_digits()
    assert [d for d in digits if d in re.sub(r"\D+", "", told) or d in told] == []
    assert re.findall(r"\d{5,}", tasks[CELL].message) == []


def hidden_digits():
    """Leading digits of the first input of each hidden case, as the smugglers write them."""
    from autograder.grade.hidden_case import hidden_case
    from autograder.unit import hidden_cases

    first = [
        abs(hidden_case(nb.UNIT, CELL, label, 0)[0][0][0, 0])
        for label in hidden_cases.KINDS
        if label != "small"
    ]
    return [str(int(v * 1e9))[:6] for v in first]


USEFUL = {
    "np.tanh(Waa @ xt": "matmul: Input operand 1 has a mismatch in its core dimension 0",
    "np.tnah(Waa @ a_prev": "AttributeError: module 'numpy' has no attribute 'tnah'",
    "np.tanh(Waa @ a_previous": "NameError: name 'a_previous' is not defined",
    "np.tanh(Waa @ parameters['Wx']": "KeyError: 'Wx'",
    "np.tanh(Waa @ a_prev.sum(7)": "axis 7 is out of bounds for array of dimension 2",
}


@pytest.mark.parametrize("wrong", USEFUL)
def test_useful_messages_come_out_with_the_line(wrong, graded):
    text = nb.RIGHT[CELL].replace("np.tanh(Waa @ a_prev", wrong)
    message = graded(nb.answered(**{CELL: text}))[1][CELL].message
    assert USEFUL[wrong] in message
    assert wrong in message


def test_a_mistake_is_known_by_a_message_that_is_not_repeated(graded):
    text = nb.RIGHT[CELL].replace("np.tanh(Waa @", "np.tanh(None) + np.tanh(Waa @")
    task = graded(nb.answered(**{CELL: text}))[1][CELL]
    assert task.misconception == "placeholder-left"
    assert "loop of ufunc" not in task.message


def test_what_is_said_of_hidden_inputs_has_no_values(graded):
    """Of visible ones the check tells yours beside what is expected."""
    cell = (
        "right = rnn_cell_forward\ndef rnn_cell_forward(xt, a_prev, parameters):\n"
        "    a, y, cache = right(xt, a_prev, parameters)\n    return a + 1, y + 1, cache"
    )
    _, tasks = graded(nb.with_cell(cell, before="try_rnn_cell_forward"))
    assert "differs in" in tasks["rnn_cell_forward"].message
    for task in tasks.values():
        assert "yours" not in task.message + task.html
        assert "▪" not in task.html
