"""The gate: each known mistake loses under the check, and is named."""

import re
from itertools import combinations

import pytest

from autograder.release import numbers
from autograder.unit.catalogue import Edit, edited, edits, variant
from autograder.unit.course import Course, CourseError
from autograder.unit.source import read_cells
from autograder.unit.unit import load, outcome
from unrolled.check.compare import compare_returned, is_same
from unrolled.check.known_mistakes import Misconception
from unrolled.check.outcome import Raised, Returned
from unrolled.notebook_check import Check

UNITS = [
    load(name, Course.find(__file__)) for name in Course.find(__file__).assignments
]
EDITS = [(unit, edit) for unit in UNITS for edit in unit.edits]
_ANCHOR = re.compile(r"""^\(([\w-]+)\)=$|id="([\w-]+)\"""", re.M)
ANCHORS = {
    f"{path.stem}#{target or id_}"
    for path in (UNITS[0].course.root / "book").glob("*.md")
    for target, id_ in _ANCHOR.findall(path.read_text(encoding="utf-8"))
}


def label(unit, edit):
    """Function, id, and which way of making the mistake it is."""
    ways = [other for other in unit.edits if other.entry == edit.entry]
    return (
        f"{edit.misconception.function}-{edit.misconception.id}-{ways.index(edit) + 1}"
    )


every_mistake = pytest.mark.parametrize(
    ("of", "edit"), EDITS, ids=[label(*pair) for pair in EDITS]
)
every_unit = pytest.mark.parametrize("of", UNITS, ids=lambda of: of.assignment)


@pytest.fixture(scope="module")
def checks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("numbers")
    for unit in UNITS:
        numbers.write(unit, folder / f"{unit.assignment}.npz")
    return {unit.assignment: Check(unit.assignment, folder) for unit in UNITS}


@every_mistake
def test_a_mistake_is_caught_and_named(of, edit, checks):
    wrong = getattr(
        variant(of.assignment, edit, of.course), edit.misconception.function
    )
    verdict = checks[of.assignment].verdict(wrong)
    assert not verdict.right
    assert verdict.mistake == edit.misconception


@every_mistake
def test_a_mistake_is_explained_in_a_section_of_the_book(of, edit):
    assert edit.misconception.section in ANCHORS


@every_mistake
def test_a_mistake_is_told_in_sentences(of, edit):
    for text in (edit.misconception.symptom, edit.misconception.hint):
        assert re.fullmatch(r"[A-Z`].*[.?]", text)
        assert text.count("`") % 2 == 0
        assert len(text) <= 160


@every_mistake
def test_a_hint_does_not_give_the_line_away(of, edit):
    lines = {
        t.strip()
        for c in read_cells(of.course.source(of.assignment))
        for t in c.text.splitlines()
    }
    told = f"{edit.misconception.symptom} {edit.misconception.hint}"
    quoted = [code.strip() for code in re.findall("`([^`]*)`", told)]
    assert not [
        code for code in quoted for line in lines if len(code) > 12 and code in line
    ]


@every_unit
def test_functions_are_explained_in_a_section_of_the_book(of):
    assert {f.section for f in of.functions.values()} <= ANCHORS


@every_unit
def test_no_two_mistakes_come_to_the_same(of):
    for function in of.functions:
        cases = of.visible_cases(function)
        came = [
            (one.id, [outcome(wrong, case) for case in cases])
            for one, wrong in of.known[function]
        ]
        alike = [
            (i, j)
            for (i, a), (j, b) in combinations(came, 2)
            if i != j and all(map(equal, a, b))
        ]
        assert alike == []


def equal(one, other):
    if isinstance(one, Returned) and isinstance(other, Returned):
        return is_same(one.value, other.value)
    return isinstance(one, Raised) and one == other


SOURCE = """\
[[misconception]]
id = "scale"
function = "step"
edits = [["3.0", "5.0"]]
symptom = "The scale is off."
hint = "Look at the scale."
section = "ch1#step"
"""


@pytest.fixture
def read(tmp_path):
    """Edits of a catalogue with this text."""

    def read(text):
        course = Course(tmp_path)
        (course.solutions / "misconceptions").mkdir(parents=True)
        (course.solutions / "misconceptions" / "ex1_step.toml").write_text(
            text, encoding="utf-8"
        )
        return edits("ex1_step", course)

    return read


def test_an_entry_with_its_other_ways(read):
    found = read(
        SOURCE
        + 'also = [[["3.0", "7.0"], ["a", "b"]]]\n'
        + SOURCE.replace("scale", "other")
    )
    told = Misconception(
        "scale", "step", "The scale is off.", "Look at the scale.", "ch1#step"
    )
    assert found[:2] == (
        Edit(told, (("3.0", "5.0"),), 1),
        Edit(told, (("3.0", "7.0"), ("a", "b")), 1),
    )
    assert (found[2].misconception.id, found[2].entry) == ("other", 2)


def test_an_exercise_without_a_catalogue_has_no_known_mistakes(tmp_path):
    assert edits("ex1_step", Course(tmp_path)) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            SOURCE + SOURCE,
            r"ex1_step\.toml: 'scale' stands twice for step; list other ways under `also`",
        ),
        (SOURCE.replace("hint", "hnit"), r"ex1_step\.toml: entry 1 \(scale\): .*hnit"),
        (
            SOURCE.replace("edits", "edit"),
            r"ex1_step\.toml: entry 1 \(scale\): 'edits'",
        ),
        (
            SOURCE.replace('["3.0", "5.0"]', '["3.0"]'),
            r"ex1_step\.toml: entry 1 \(scale\): not enough values",
        ),
        ("[[", r"ex1_step\.toml: .*end of document"),
    ],
)
def test_a_malformed_catalogue_names_file_and_entry(read, text, message):
    with pytest.raises(CourseError, match=message):
        read(text)


@pytest.mark.parametrize(
    ("find", "put", "message"),
    [
        (
            "np.tahn(",
            "",
            r"catalogue\.toml: misconception 'k': 'np.tahn\(' stands 0 times in rnn_cell_forward",
        ),
        (
            "parameters",
            "",
            r"misconception 'k': 'parameters' stands \d+ times in rnn_cell_forward, expected once",
        ),
    ],
)
def test_a_text_that_does_not_stand_there_once(unit, find, put, message):
    edit = Edit(Misconception("k", "rnn_cell_forward", "", "", ""), ((find, put),))
    cells = read_cells(unit.course.source(unit.assignment))
    with pytest.raises(CourseError, match=message):
        edited(cells, edit, "catalogue.toml")


def test_a_mistake_in_a_function_that_there_is_not(unit):
    edit = Edit(Misconception("k", "gru", "", "", ""), (("a", "b"),))
    with pytest.raises(
        CourseError,
        match=r"ex1_rnn_cell\.toml: misconception 'k': there is no function gru",
    ):
        variant(unit.assignment, edit, unit.course)


def test_an_edit_that_makes_no_python(unit):
    edit = Edit(
        Misconception("k", "rnn_cell_forward", "", "", ""), (("np.tanh(", "np.tanh(("),)
    )
    with pytest.raises(
        CourseError, match=r"ex1_rnn_cell\.toml: misconception 'k' is no Python"
    ):
        variant(unit.assignment, edit, unit.course)


def test_only_the_functions_own_cell_is_edited(unit):
    edit = next(e for e in unit.edits if e.misconception.function == "rnn_forward")
    module = variant(unit.assignment, edit, unit.course)
    (case, *_) = unit.visible_cases("rnn_cell_forward")
    spec = unit.functions["rnn_cell_forward"].returns
    assert (
        compare_returned(
            spec, module.rnn_cell_forward(*case), unit.reference.rnn_cell_forward(*case)
        )
        == []
    )
