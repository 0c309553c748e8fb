"""A course of one tiny exercise, for tests that must not depend on what the real ones teach."""

import shutil
from pathlib import Path

from own_settings import ROOT, put_settings

from autograder.unit.course import Course

NAME = "ex1_step"

SOURCE = '''\
# %% [markdown]
# # One step
#
# Worth {{points:step}}; with `n` = {{size:n}} you should see `{{step:b[0]}}`.

# %% role="given" id="imports"
import numpy as np

# %% role="solve" task="step"
def step(a):
    """Take one step."""
    ### START CODE HERE ### (≈2 lines)
    #: # scale and shift a
    #: b = None
    scaled = 3.0 * np.tanh(a)  # why three
    b = scaled + np.arange(a.size)
    ### END CODE HERE ###
    return b

# %% role="try" id="try_step"
print(step(np.ones(2)))

# %% role="check" task="step" points=10
check(step)

# %% [markdown] role="written" id="why" points=2.5
# Because the hyperbolic tangent saturates.
'''

CONTRACT = """\
from unrolled.contract import Function, array, tuple_of

FUNCTIONS = (Function("step", (array("a", "n"),), tuple_of("", array("b", "n")), "ch1#step"),)
EXAMPLE = {"n": 2}
SECOND = {"n": 3}
"""

TESTS = """\
import numpy as np

from autograder.suite import FunctionSuite


class TestStep(FunctionSuite):
    function = "step"


def of_the_sum(judge):
    assert judge.step(np.full(7, 0.25)).sum() == 12.5
"""

MISTAKES = """\
[[misconception]]
id = "scale"
function = "step"
edits = [["3.0 * np.tanh(a)", "5.0 * np.tanh(a + 1.5)"]]
symptom = "The scale is off."
hint = "Look at the scale."
section = "ch1#step"
"""


def make(root: Path, source: str = SOURCE) -> Course:
    """Write the course into an empty folder."""
    solutions = root / "solutions"
    (solutions / "misconceptions").mkdir(parents=True)
    put_settings(root)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    (solutions / f"{NAME}.py").write_text(source, encoding="utf-8")
    (solutions / f"contract_{NAME}.py").write_text(CONTRACT, encoding="utf-8")
    (solutions / f"test_{NAME}.py").write_text(TESTS, encoding="utf-8")
    (solutions / "misconceptions" / f"{NAME}.toml").write_text(
        MISTAKES, encoding="utf-8"
    )
    return Course(root)
