"""What is wrong of a program as it was released."""

from __future__ import annotations

from functools import lru_cache

from unrolled.check.compare import compare_returned
from unrolled.check.outcome import Returned

from ..unit.unit import Unit, outcome
from .judge import _Same, hidden_case

# what is wrong as released is wrong whatever the inputs; points must not depend on them
ANY_SEED = 0


def broken(unit: Unit, name: str, label: str) -> frozenset[str]:
    """Outputs of a function that are wrong as it was released, on a kind of case; all, where it gives none."""
    return _broken(_Same(unit), name, label)


@lru_cache(maxsize=256)
def _broken(unit_key: _Same, name: str, label: str) -> frozenset[str]:
    unit = unit_key.unit
    function = unit.functions[name]
    arguments, want = hidden_case(unit, name, label, ANY_SEED)
    came = outcome(unit.of(unit.released, name), arguments)
    found = (
        compare_returned(function.returns, came.value, want)
        if isinstance(came, Returned)
        else None
    )
    wrong = {d.output for d in found} if found is not None else {""}
    return frozenset(function.outputs if "" in wrong else wrong)
