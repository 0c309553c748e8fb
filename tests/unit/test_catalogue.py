import pytest
from tables import each_row

from autograder.unit.catalogue import Edit, edited, edits, variant
from autograder.unit.course import Course, CourseError
from autograder.unit.source import read_cells
from unrolled.check.compare import compare_returned
from unrolled.check.known_mistakes import Misconception

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
        (course.solutions / "misconceptions").mkdir(parents=True, exist_ok=True)
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


@each_row(
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


@each_row(
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
