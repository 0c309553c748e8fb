import numpy as np
import pytest
from tables import each_row

from autograder.unit import hidden_cases
from autograder.unit.central_differences import gradient_of_case
from autograder.unit.course import Course
from autograder.unit.unit import load

UNITS = [
    load(name, Course.find(__file__)) for name in Course.find(__file__).assignments
]

BACKWARD = [
    (unit, name)
    for unit in UNITS
    for name, f in unit.functions.items()
    if f.gradient_of
]


@pytest.mark.parametrize(("unit", "name"), BACKWARD, ids=[name for _, name in BACKWARD])
@each_row("seed", range(3))
def test_gradients_equal_central_differences(unit, name, seed):
    sizes = hidden_cases.sizes(
        hidden_cases.SMALL, unit.functions[name].axes, unit.contracts.EXAMPLE, seed
    )
    arguments, measured = gradient_of_case(unit, name, sizes, seed)
    derived = getattr(unit.reference, name)(*arguments)
    assert set(measured) <= set(derived)
    for gradient, array in measured.items():
        np.testing.assert_allclose(
            derived[gradient], array, rtol=0, atol=1e-7, strict=True
        )
