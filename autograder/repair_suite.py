"""The tests of a program that was released broken: points for what was wrong and is right now,
and for nothing else.

class TestSingleStep(RepairSuite):
    function = "single_step"
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from .grade.as_released import broken
from .grade.judge import Judge, Judged
from .suite import GRADIENTS, ROBUSTNESS, require, require_none, require_result
from .unit import hidden_cases
from .unit.unit import Unit

THE_REST = "the rest"


class RepairSuite:
    """Each output that was wrong, each kind of case that showed it, and that what was right is
    right still.

    An output that was right as released earns nothing. It takes points away if it is wrong now:
    those for the rest, for all other kinds of cases, and for the comparison with measured
    gradients.
    """

    function: str

    @staticmethod
    def parameters(
        unit: Unit, name: str, outputs: Sequence[str], kinds: Sequence[str]
    ) -> tuple[list, list]:
        """Choose a function's outputs and kinds of cases that were wrong as released.

        They are the only ones that earn.

        Parameters
        ----------
        unit : Unit
            The exercise.
        name : str
            The function.
        outputs : sequence of str
            All its outputs.
        kinds : sequence of str
            Labels of kinds of cases, from `hidden_cases`.

        Returns
        -------
        outputs, kinds : list of str
            Those of them that were wrong.
        """
        wrong = broken(unit, name, hidden_cases.RANDOM.label)
        return [one for one in outputs if one in wrong], [
            one for one in kinds if broken(unit, name, one)
        ]

    @pytest.mark.graded(GRADIENTS, share=50)
    def test_values(self, judge: Judge, output: str):
        call = self.result(judge, hidden_cases.RANDOM.label)
        self.require_right(call, {output})

    @pytest.mark.graded(GRADIENTS, share=10)
    def test_against_differences(self, judge: Judge):
        require_none(judge.against_differences(self.function))

    @pytest.mark.graded(THE_REST, share=10)
    def test_the_rest(self, judge: Judge):
        function = judge.unit.functions[self.function]
        wrong = broken(judge.unit, self.function, hidden_cases.RANDOM.label)
        call = self.result(judge, hidden_cases.RANDOM.label)
        still_wrong = {d.output for d in call.differences}
        require(not wrong <= still_wrong, "nothing of what was wrong is right now")
        # what is changed of the arguments stands under their names: it counts as well
        require_none(d for d in call.differences if d.output not in wrong)
        for kind in hidden_cases.robust(function.axes):
            if not broken(judge.unit, self.function, kind):
                require_none(self.result(judge, kind).differences)

    @pytest.mark.graded(ROBUSTNESS, share=30)
    def test_robustness(self, judge: Judge, kind: str):
        require_none(self.result(judge, kind).differences)

    def result(self, judge: Judge, label: str) -> Judged:
        """Give the call on a kind of case, which came to a result."""
        call = judge.case(self.function, label)
        require_result(call)
        return call

    def require_right(self, call: Judged, outputs: set[str]) -> None:
        """Fail if one of these outputs differs, or the result as a whole."""
        require_none(d for d in call.differences if d.output in {"", *outputs})
