import numpy as np
import pytest

from autograder.grade.redact import redacted
from unrolled.check.outcome import Raised

CASE = (np.zeros((3, 40)), [np.zeros((3, 1))])


@pytest.mark.parametrize(("index", "told"), [(39, True), (40, True), (9123, False)])
def test_the_last_index_may_be_told(index, told):
    text = f"index {index} is out of bounds for axis 1 with size 1"
    assert redacted(Raised("IndexError", text), [], CASE).text == (text if told else "")
