"""Grading a notebook by the hidden tests and a confined worker."""

import json

import notebooks as nb
import pytest


@pytest.fixture
def graded(tmp_path):
    """Grade a notebook; the result and its tasks by name."""

    def graded(notebook, seed=0, **limits):
        result = nb.grader(seed, **limits).grade(
            nb.write(notebook, tmp_path / "x.ipynb"), "ann"
        )
        assert json.loads(result.to_json())["score"] == result.score
        return result, {task.task: task for task in result.tasks}

    return graded
