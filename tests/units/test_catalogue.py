"""The gate: each known mistake loses under the check, and is named."""

import re
from collections import Counter
from functools import cache
from itertools import combinations

import pytest
from sweeps import few

from autograder.release.numbers import visible_side
from autograder.unit.catalogue import variant
from autograder.unit.course import Course
from autograder.unit.source import read_cells
from autograder.unit.unit import load, outcome
from unrolled.check.compare import is_same
from unrolled.check.numbers import save_numbers
from unrolled.check.outcome import Raised, Returned
from unrolled.notebook_check import Check

UNITS = [
    load(name, Course.find(__file__)) for name in Course.find(__file__).assignments
]
FUNCTIONS = [(unit, name) for unit in UNITS for name in unit.functions]
_ANCHOR = re.compile(r"""^\(([\w-]+)\)=$|id="([\w-]+)\"""", re.M)
ANCHORS = {
    f"{path.stem}#{target or id_}"
    for path in (UNITS[0].course.root / "book").glob("*.md")
    for target, id_ in _ANCHOR.findall(path.read_text(encoding="utf-8"))
}

every_unit = pytest.mark.parametrize("of", UNITS, ids=lambda of: of.assignment)
# Forward and backward, and what is repaired: they stand for the others in `make test`.
FEW = ("ex1_rnn_cell", "ex5_gru", "ex8_debugging")


def labelled(edits):
    """Mistakes with what they are called: function, id, and which way of making it."""
    ways = Counter()
    for edit in edits:
        ways[edit.entry] += 1
        one = edit.misconception
        yield f"{one.function}-{one.id}-{ways[edit.entry]}", edit


@pytest.fixture(scope="module")
def check_of(tmp_path_factory):
    """The check of an exercise, with numbers that are as fresh as the catalogue."""
    folder = tmp_path_factory.mktemp("numbers")

    @cache
    def check_of(unit):
        path = folder / f"{unit.assignment}.npz"
        save_numbers(path, unit.assignment, visible_side(unit))
        return Check(unit.assignment, folder)

    return check_of


@pytest.mark.parametrize(
    ("of", "name"),
    few(FUNCTIONS, lambda of, name: of.assignment in FEW),
    ids=[name for _, name in FUNCTIONS],
)
def test_mistakes_are_caught_and_named(of, name, check_of, subtests):
    made = [edit for edit in of.edits if edit.misconception.function == name]
    assert made
    for label, edit in labelled(made):
        with subtests.test(label):
            wrong = getattr(variant(of.assignment, edit, of.course), name)
            verdict = check_of(of).verdict(wrong)
            assert not verdict.right
            assert verdict.mistake == edit.misconception


def test_no_mistake_is_left_out():
    tried = {
        edit
        for of, name in FUNCTIONS
        for edit in of.edits
        if edit.misconception.function == name
    }
    assert tried == {edit for of in UNITS for edit in of.edits}


def mistakes_are_explained_in_a_section_of_the_book(of):
    sections = {label: edit.misconception.section for label, edit in labelled(of.edits)}
    assert {label: s for label, s in sections.items() if s not in ANCHORS} == {}


def faults_of_words(text):
    """What is wrong with a symptom or a hint: it is a sentence, whole and short."""
    if not re.fullmatch(r"[A-Z`].*[.?]", text):
        yield "no sentence"
    if text.count("`") % 2:
        yield "code without an end"
    if len(text) > 160:
        yield f"{len(text)} characters"


def mistakes_are_told_in_sentences(of):
    wrong = [
        f"{label}: {fault}: {text}"
        for label, edit in labelled(of.edits)
        for text in (edit.misconception.symptom, edit.misconception.hint)
        for fault in faults_of_words(text)
    ]
    assert wrong == []


def words_of(one):
    return len(f"{one.symptom} {one.hint}".split())


def two_mistakes_together_are_told_in_at_most_120_words(of):
    for name in of.functions:
        told = {one.id: words_of(one) for one, _ in of.known[name]}
        most = sorted(told.items(), key=lambda item: item[1])[-2:]
        assert sum(count for _, count in most) <= 120, most


def mistakes_are_told_in_short_sentences_of_plain_words(of):
    long = {
        f"{label}: {sentence}"
        for label, edit in labelled(of.edits)
        for text in (edit.misconception.symptom, edit.misconception.hint)
        for sentence in re.split(r"(?<=[.?!:;]) ", text)
        if len(sentence.split()) > 25 or re.search(r"\b(e\.g|i\.e|cf|viz)\.", sentence)
    }
    assert long == set()


def test_a_program_as_it_was_released_gets_one_question_about_the_table():
    (of,) = (unit for unit in UNITS if unit.assignment == "ex8_debugging")
    for name in of.functions:
        one, wrong = of.known[name][0]
        case = of.visible_cases(name)[0]
        untouched = outcome(of.of(of.released, name), case)
        assert is_same(untouched.value, outcome(wrong, case).value)
        assert one.symptom.startswith("This is the program")
        assert one.hint.count("?") == 1
        assert re.search(r"\b(table|marked)\b", one.hint)
        assert "#slip-" not in one.section  # there the answer stands


def hints_do_not_give_the_line_away(of):
    cells = read_cells(of.course.source(of.assignment))
    source = "\n".join(line.strip() for c in cells for line in c.text.splitlines())
    given_away = []
    for label, edit in labelled(of.edits):
        told = f"{edit.misconception.symptom} {edit.misconception.hint}"
        quoted = [code.strip() for code in re.findall("`([^`]*)`", told)]
        given_away += [
            f"{label}: {code}" for code in quoted if len(code) > 12 and code in source
        ]
    assert given_away == []


def functions_are_explained_in_a_section_of_the_book(of):
    assert {f.section for f in of.functions.values()} <= ANCHORS


TEXTS = (
    mistakes_are_explained_in_a_section_of_the_book,
    mistakes_are_told_in_sentences,
    two_mistakes_together_are_told_in_at_most_120_words,
    mistakes_are_told_in_short_sentences_of_plain_words,
    hints_do_not_give_the_line_away,
    functions_are_explained_in_a_section_of_the_book,
)


@every_unit
def test_mistakes_are_told_well_and_explained_in_the_book(of, subtests):
    for holds in TEXTS:
        with subtests.test(holds.__name__):
            holds(of)


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
