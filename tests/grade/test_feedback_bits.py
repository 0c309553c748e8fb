"""How much a notebook that means to can tell its student of the hidden inputs, by what is said
of a wrong result.

Each way to vary a result is tried out in all its variants, and the feedbacks that can be told apart
are counted.
"""

import itertools
import math
import re

import notebooks as nb
import numpy as np
import pytest
from conftest import CELL, SEQUENCE
from sweeps import few

from autograder.grade import narrow, redact
from autograder.grade.told import feedback_of
from autograder.unit.unit import load
from unrolled.check.compare import compare_returned
from unrolled.check.outcome import Raised
from unrolled.check.render import as_html
from unrolled.check.verdict import Verdict
from unrolled.contract import array, dict_of, names_in, tuple_of

MATRIX = tuple_of("", array("W", "a", "b"))
SERIES = tuple_of("", array("h", "a", "m", "T_x"))
GRADIENTS = dict_of("", *(array(f"d{i}", "a", "b") for i in range(12)))
CASE = (np.zeros((7, 11)), np.zeros((5, 3, 9)), {"W": np.zeros((7, 13))})
OWN = redact.words(f"v{i}" for i in range(2000))
NAMES = frozenset(names_in(nb.UNIT.functions[SEQUENCE]))
RNG = np.random.default_rng(20)


def shown(spec, got, want, served):
    found = narrow.narrowed(compare_returned(spec, got, want), CASE, served)
    names = tuple(item.name for item in spec.items)
    verdict = Verdict("f", False, "f()", found, outputs=names)
    # the result file's data count too: whatever they hold is told
    return f"{as_html(verdict)}\n{feedback_of(verdict)}"


def bits(feedbacks):
    return math.log2(len(set(feedbacks)))


def masks(shape):
    """All patterns of entries that are off, of which there is at least one."""
    for flat in itertools.islice(
        itertools.product((0.0, 1.0), repeat=math.prod(shape)), 1, None
    ):
        yield np.reshape(flat, shape)


PATTERNS = {"plain": (False, 9), "served": (True, 0)}


@pytest.mark.parametrize("way", PATTERNS)
def test_of_which_entries_are_off_only_rows_columns_and_rough_numbers_can_be_told(way):
    served, most = PATTERNS[way]
    assert (
        bits(shown(MATRIX, mask, np.zeros((2, 6)), served) for mask in masks((2, 6)))
        <= most
    )


def test_a_pattern_of_rows_and_columns_is_still_drawn_and_no_other_is():
    block, scattered = np.zeros((4, 5)), np.zeros((4, 5))
    block[1:3, 2], scattered[[0, 2], [1, 4]] = 1, 1
    assert "<pre" in shown(MATRIX, block, np.zeros((4, 5)), False)
    assert "<pre" not in shown(MATRIX, scattered, np.zeros((4, 5)), False)
    assert "<pre" not in shown(MATRIX, block, np.zeros((4, 5)), True)


@pytest.mark.parametrize(("served", "most"), [(False, 13), (True, 0)])
def test_of_which_steps_are_off(served, most):
    want = np.zeros((1, 1, 12))
    found = (shown(SERIES, mask, want, served) for mask in masks(want.shape))
    assert bits(found) <= most
    assert (
        served
        or bits(
            narrow.plain(d, CASE).text
            for m in masks(want.shape)
            for d in compare_returned(SERIES, m, want)
        )
        <= 8
    )


@pytest.mark.parametrize("served", [False, True])
def test_of_an_error_only_its_power_of_ten(served):
    errors = [
        *10 ** RNG.uniform(-12, 300, 800),
        *10 ** RNG.uniform(-6, 4, 800),
        np.inf,
        -np.inf,
        np.nan,
    ]
    want = np.ones((2, 6))
    found = {shown(MATRIX, want + error, want, served) for error in errors}
    assert bits(found) <= 4
    assert len(found) >= 9  # it is not simply left out


@pytest.mark.parametrize("served", [False, True])
def test_of_many_outputs_which_are_off_and_of_the_first_alone_how(served):
    want = {f"d{i}": np.ones((2, 6)) for i in range(12)}
    found = []
    for _ in range(600):
        error = {
            key: 10 ** RNG.uniform(-4, 2, (2, 6)) * RNG.integers(2, size=(2, 6))
            for key in want
        }
        rest = {key: value + error[key] for key, value in want.items()}
        found.append(shown(GRADIENTS, rest | {"d0": want["d0"] + 1}, want, served))
    off = {re.sub("differs.*?<", "<", text) for text in found}
    assert len(set(found)) == len(
        off
    )  # that of the others which differ is all that varies
    shapes = [
        shown(GRADIENTS, want | {"d3": np.ones((2, 5)), "d7": np.ones(n)}, want, served)
        for n in range(2, 40)
    ]
    assert len(set(shapes)) == 1


@pytest.mark.parametrize(("served", "most"), [(False, 30), (True, 0)])
def test_of_a_shape_only_lengths_of_the_case(served, most):
    want = np.zeros((7, 11))
    shapes = [tuple(RNG.integers(1, 400, size=RNG.integers(1, 3))) for _ in range(2000)]
    shapes += [tuple(RNG.integers(1, 4, size=RNG.integers(3, 8))) for _ in range(2000)]
    texts = [
        narrow.narrowed(
            compare_returned(MATRIX, np.broadcast_to(0.0, shape), want), CASE, served
        )[0].text
        for shape in shapes
    ]
    numbers = {
        n for text in texts for n in re.findall(r"\d+", text.split(", expected")[0])
    }
    assert numbers <= {str(n) for n in redact.lengths(CASE)}
    assert (len(set(texts)) == 1) == (most == 0)
    assert redact.MOST_NUMBERS / 2 * math.log2(len(redact.lengths(CASE))) <= 30


def told(kind, text, served=False):
    found = redact.redacted(
        Raised(kind, text, "x", 1), OWN, CASE, NAMES if served else None
    )
    return found.kind, found.text


def forms():
    """Messages of the known forms, with every place for a name or a number filled from what can
    be chosen.
    """
    name, number = (lambda: f"v{RNG.integers(2000)}"), (lambda: str(RNG.integers(400)))
    for _ in range(400):
        yield f"'{name()}'"
        yield f"name '{name()}' is not defined"
        yield f"'{name()}' object has no attribute '{name()}'"
        yield f"{name()}() missing 9 required positional arguments: " + ", ".join(
            f"'{name()}'" for _ in range(9)
        )
        yield f"index {number()} is out of bounds for axis 0 with size {number()}"
        yield (
            f"shapes ({number()},{number()}) and ({number()},{number()}) not "
            f"aligned: 3 (dim 0) != 3 (dim 0)"
        )
        yield (
            f"operands could not be broadcast together with shapes "
            f"({number()},{number()}) ({number()},) "
        )
        yield f"unsupported operand type(s) for +: '{name()}' and '{name()}'"


def test_a_message_has_few_names_and_few_numbers():
    for text in forms():
        said = told("KeyError", text)[1]
        assert len(re.findall(r"v\d+", said)) <= redact.MOST_NAMES
        assert len(re.findall(r"\b\d+", said)) <= redact.MOST_NUMBERS
    many = "f() missing 9 required positional arguments: " + ", ".join(["'abs'"] * 9)
    assert told("TypeError", many)[1] == ""  # public names can be chosen just as well


def test_after_companions_were_served_no_word_and_no_number_of_the_students_own_is_repeated():
    for text in forms():
        kind, said = told("v7", text, served=True)
        assert kind == "an exception"
        assert not re.search(r"\bv7\b|(?<!\w)\d", said)
    assert told("KeyError", "'Waa'", served=True) == ("KeyError", "'Waa'")
    assert told("TypeError", "'NoneType' object is not subscriptable", served=True)[1]
    assert (
        told(
            "IndexError", "index 7 is out of bounds for axis 0 with size 7", served=True
        )[1]
        == "index … is out of bounds for axis … with size …"
    )
    three = "f() missing 3 required positional arguments: 'Wax', 'Waa', and 'ba'"
    assert told("TypeError", three, served=True)[1] == ""


def test_a_notebook_of_very_many_words_or_lines_has_none_of_them_repeated():
    few, many = (
        [f"w{i} = {i}" for i in range(n)]
        for n in (redact.MOST_WORDS, redact.MOST_WORDS + 1)
    )
    assert len(redact.words(few)) == redact.MOST_WORDS
    assert redact.words(many) == frozenset()
    assert redact.line("w1 = 1", few) == "w1 = 1"
    assert redact.line("w1 = 1", many) == ""


def test_no_function_has_more_known_mistakes_than_the_bounds_count():
    course = nb.UNIT.course
    for unit in (load(name, course) for name in course.assignments):
        for known in unit.known.values():
            named = {one.id for one, _ in known}
            assert len(named) + 40 <= redact.MOST_MISTAKES  # 40: of any exercise


def test_the_bounds_are_what_the_parts_sum_up_to():
    words, lengths = redact.MOST_WORDS + 200, 200
    kinds, forms_known = words, len(redact._FORMS)
    case, line = 16, redact.MOST_LINES
    exception = [
        case,
        kinds,
        forms_known,
        *[words] * redact.MOST_NAMES,
        *[lengths] * redact.MOST_NUMBERS,
        line,
    ]
    assert sum(map(math.log2, exception)) <= redact.PLAIN_BITS
    names = len(redact._PUBLIC | NAMES) + 60
    served = [
        case,
        len(redact._PUBLIC),
        forms_known,
        *[names] * redact.SERVED_NAMES,
        line,
    ]
    assert sum(map(math.log2, served)) <= redact.SERVED_BITS
    named = redact.MOST_MISTAKES
    differences = [case, 4**12, 512, 16, 2**10, 2**36, 2**10, 16, named, named]
    assert sum(map(math.log2, differences)) <= redact.PLAIN_BITS
    assert sum(map(math.log2, [case, 4**12, 512, 16, named])) <= redact.SERVED_BITS


# A whole grading: what a notebook knows and wants to tell is in KNOWN, a number of as many bits as
# it likes

TELLING = """
KNOWN = {known}
WORDS = "alpha beta gamma delta epsilon zeta eta theta".split()


class Alpha(Exception):
    pass


class Beta(Exception):
    pass


def bit(n):
    return KNOWN >> n & 1


def rnn_forward(x, a0, parameters):
    a_next, yt, cache = rnn_cell_forward(x[:, :, 0], a0, parameters)
    a = np.zeros((*a_next.shape, x.shape[2]))
    y = np.zeros((*yt.shape, x.shape[2]))
    {how}
"""
HOW = {
    "picture and size": (
        "a.flat = [bit(n) * 10.0 ** (KNOWN % 3) + 3 for n in range(a.size)]\n"
        "    return a, y, ([cache] * x.shape[2], x)"
    ),
    "key": "raise KeyError(WORDS[KNOWN % 8])",
    "class": "raise (Alpha, Beta)[KNOWN % 2]('x')",
    "number": "return np.zeros((3, 4)) + np.zeros((2, 5 + KNOWN % 2))",
    "missing": (
        'raise TypeError(f"f() missing 2 required positional arguments: '
        "'{WORDS[KNOWN % 8]}' and 'beta'\")"
    ),
    "shape": "return a[:, : KNOWN % 5 % a.shape[1]], y, ([cache] * x.shape[2], x)",
    "stray": (
        "globals()['rnn_forward'] = eval(f'lambda x, a0, parameters: {WORDS[KNOWN % 8]}')\n"
        "    return alpha"
    ),
}


@pytest.mark.parametrize("how", few(HOW, lambda how: how in ("number", "shape")))
def test_two_gradings_after_a_companion_was_served_say_the_same(how, tmp_path):
    wrong = nb.cell(nb.mistaken(nb.mistake(CELL, "bias-missing")), CELL)["source"]
    said = set()
    for number, known in enumerate(
        (0b1011001110001111010101, 0b0110100011110100110000)
    ):
        code = TELLING.format(known=known, how=HOW[how])
        notebook = nb.answered(**{CELL: wrong, SEQUENCE: code})
        path = nb.write(notebook, tmp_path / f"{number}.ipynb")
        task = next(
            t for t in nb.grader().grade(path, "ann").tasks if t.task == SEQUENCE
        )
        assert task.status in ("failed", "partial")
        assert "Judged with a right" in task.message
        said.add((task.message, task.html, str(task.feedback)))
    size = {re.sub(r"about [\d.e+-]+|above 100", "", str(one)) for one in said}
    assert len(size) == 1
