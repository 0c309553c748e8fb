"""What grades in this process: the same results from forked workers as from those that start
alone; `python -m tests.bench same` compares them for every known mistake and attack.
"""

from dataclasses import replace

import notebooks as nb
import pytest
from sweeps import few

from autograder.batch import graders
from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_one
from autograder.collect.hand_in import HandIn
from autograder.confine import NotConfined
from autograder.confine.prepared import Prepared
from autograder.unit.samples import sample_notebook, samples
from autograder.unit.unit import load


@pytest.fixture
def batch(tmp_path):
    return Batch(nb.COURSE.root, nb.COURSE.solutions, tmp_path / "forked", seed=3)


def graded(batch, name, notebook, path):
    """The file of a result, as text."""
    hand_in = HandIn("ann", name, nb.write(notebook, path / "ann" / f"{name}.ipynb"))
    grade_one(batch, hand_in)
    return (batch.out / "ann" / f"{name}.json").read_text()


@pytest.mark.parametrize(
    "name",
    few(nb.COURSE.assignments, lambda name: name.startswith(("ex1", "ex8"))),
)
def test_results_are_the_same_from_forked_and_fresh_workers(name, batch, tmp_path):
    unit = load(name, nb.COURSE)
    forked = replace(batch, again=True)
    fresh = replace(forked, out=tmp_path / "fresh", fresh=True)
    last = nb.mistaken(unit.edits[-1], unit)
    for notebook in (sample_notebook(unit, samples(unit)[0]), last):
        one, other = (graded(way, name, notebook, tmp_path) for way in (forked, fresh))
        assert one == other
        assert '"score": null' not in one


def test_workers_are_forked_unless_asked_not_to_be(batch):
    way = graders.grader_of(batch, nb.UNIT.assignment).confinement
    assert isinstance(way, Prepared)
    assert graders.grader_of(batch, "ex5_gru").confinement is way
    alone = graders.grader_of(replace(batch, fresh=True), nb.UNIT.assignment)
    assert not isinstance(alone.confinement, Prepared)
    assert alone.confinement.name == way.name


def test_nothing_is_begun_where_nothing_confines(batch):
    with pytest.raises(NotConfined, match="there is no sandbox 'cellar'"):
        graders.refuse_unless_confined(replace(batch, sandbox="cellar"))
