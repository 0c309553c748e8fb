"""What is wrong of a program as it was released."""

from __future__ import annotations

from functools import lru_cache

from unrolled.check.compare import compare_returned
from unrolled.check.outcome import Returned

from ..unit.unit import Unit, outcome
from .hidden_case import hidden_case

# what is wrong as released is wrong whatever the inputs; points must not depend on them
ANY_SEED = 0


@lru_cache(maxsize=256)
def broken(unit: Unit, name: str, label: str) -> frozenset[str]:
    """Give the outputs of a function that are wrong as it was released.

    Parameters
    ----------
    unit : Unit
        The exercise.
    name : str
        The function.
    label : str
        The kind of case, as `hidden_cases` calls it.

    Returns
    -------
    frozenset of str
        Names of outputs; of all, where the function gives none.
    """
    function = unit.functions[name]
    arguments, want = hidden_case(unit, name, label, ANY_SEED)
    came = outcome(unit.of(unit.released, name), arguments)
    if not isinstance(came, Returned):
        return frozenset(function.outputs)
    wrong = {d.output for d in compare_returned(function.returns, came.value, want)}
    return frozenset(function.outputs if "" in wrong else wrong)
