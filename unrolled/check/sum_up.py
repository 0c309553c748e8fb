"""How many points an exercise has by the visible checks: what `check()` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unrolled.check.compare import Difference
from unrolled.check.numbers import Part, VisibleNumbers, Written
from unrolled.check.outcome import Outcome
from unrolled.check.present import cell_text, saved_cells
from unrolled.check.verdict import Verdict, visible_faults

# Kinds of calls that the second example is one of.
IN_EXAMPLES = ("one example", "gradient of fewer steps")
MORE_LATER = (
    "Hidden tests call the same functions with sizes and numbers of their own, large "
    "inputs and single precision among them: their points may be fewer."
)


@dataclass(frozen=True)
class Line:
    """What the sum says of one function or question.

    Attributes
    ----------
    name : str
        The function, or the question's cell.
    mark : str
        `✓`, `✗`, or `–` where nothing is begun or a person reads it.
    points : float or None
        By the visible checks; None where a person gives them.
    most : float
        What it is worth.
    text : str
        What there is to do; "" if nothing.
    """

    name: str
    mark: str
    points: float | None
    most: float
    text: str = ""


@dataclass(frozen=True)
class Summary:
    """The sum of an exercise."""

    lines: tuple[Line, ...]
    before: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points by the visible checks."""
        return sum(line.points or 0.0 for line in self.lines)

    @property
    def most(self) -> float:
        """What the functions are worth."""
        return sum(line.most for line in self.lines if line.points is not None)

    @property
    def head(self) -> str:
        """The sum as a sentence's beginning."""
        return (
            f"{number(self.points)} of {number(self.most)} points by the visible checks"
        )


@dataclass(frozen=True)
class Tested:
    """What calls of a function came to: the examples', then the trials'."""

    examples: Sequence[Outcome]
    trials: Sequence[Outcome]


def number(points: float) -> str:
    """Give points as a person writes them: at most two places, without zeros at the end."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def line_of(side: VisibleNumbers, tested: Tested, verdict: Verdict) -> Line:
    """Sum up one function.

    Parameters
    ----------
    side : VisibleNumbers
        Its numbers, with its points.
    tested : Tested
        What the calls came to.
    verdict : Verdict
        On these.
    """
    name = side.function.name
    if verdict.right:
        return Line(name, "✓", side.points, side.points)
    if verdict.mistake and verdict.mistake.id == "placeholder-left":
        return Line(name, "–", 0.0, side.points, "not finished: a `None` is left")
    part = 0.0
    if not (verdict.mistake and verdict.mistake.id == "notebook-globals"):
        part = part_of(side, tested)
    points = round(part * side.points, 2)
    text = f"`check({name})` says what is wrong"
    return Line(name, "✗", points, side.points, f"partly; {text}" if points else text)


def part_of(side: VisibleNumbers, tested: Tested) -> float:
    """Give the part of a function's points that visible calls speak for.

    Each hidden test counts if the visible calls of its kind are right: an estimate, since the
    numbers are others.
    """
    examples = [
        _found(side, case, want, outcome)
        for case, want, outcome in zip(
            side.cases, side.want, tested.examples, strict=True
        )
    ]
    trials = {
        trial.label: _found(side, trial.arguments, trial.want, outcome)
        for trial, outcome in zip(side.trials, tested.trials, strict=True)
    }
    return sum(part.share for part in side.parts if _speaks(part, examples, trials))


def answers_in_words(written: Sequence[Written], file: Path | None) -> list[Line]:
    """Sum up the questions that a person reads, as far as the saved notebook tells.

    Parameters
    ----------
    written : sequence of Written
        The exercise's.
    file : path or None
        The notebook's, where it is known.
    """
    cells = saved_cells(file) if file else []
    texts = {str(cell.get("id")): cell_text(cell).strip() for cell in cells}
    return [_answer(one, texts.get(one.id)) for one in written]


def _answer(question: Written, text: str | None) -> Line:
    said = "read by a person"
    if text in ("", question.stub):
        said = "your answer is empty in the saved notebook; a person reads it"
    return Line(question.id, "–", None, question.points, said)


def _found(
    side: VisibleNumbers, case: tuple, want: object, outcome: Outcome
) -> list[Difference] | None:
    """Give the differences of a call; None if there is nothing to compare."""
    found, failure = visible_faults(side.function, case, want, outcome)
    return None if failure else found


def _speaks(
    part: Part,
    examples: Sequence[list[Difference] | None],
    trials: dict[str, list[Difference] | None],
) -> bool:
    """Say whether the visible calls speak for what a hidden test is about."""
    if part.kind == "robustness" and part.of:
        found = (
            examples[-1] if part.of in IN_EXAMPLES else trials.get(part.of, examples[0])
        )
        return found == []
    if any(found is None for found in examples):
        return False
    every = [one for found in examples for one in found or ()]
    if part.kind == "shapes":
        return all(one.kind == "value" for one in every)
    if part.of:
        return all(one.output not in ("", part.of) for one in every)
    return not every and all(found == [] for found in trials.values())
