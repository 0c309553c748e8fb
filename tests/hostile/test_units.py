"""Every function of every unit answers rightly, but in numbers of an odd kind: no mark may go
missing by it.
"""

import json

import pytest
from sweeps import few

from autograder.confine import Limits, choose
from autograder.grade.grader import Grader
from autograder.unit.source import read_cells
from autograder.unit.unit import load

ODD = """
right_{0} = {0}
def {0}(*given):
    def odd(value):
        if isinstance(value, dict):
            return {{k: odd(v) for k, v in value.items()}}
        if isinstance(value, (list, tuple)):
            return type(value)(map(odd, value))
        return {1} if isinstance(value, np.ndarray) else value
    return odd(right_{0}(*given))
"""
KINDS = {
    "truth": "value.astype(bool)",
    "bytes": "value.astype(np.uint8)",
    "half": "value.astype(np.float16) * np.float16(6e4)",
    "lists": "value.tolist()",
    "strided": "np.broadcast_to(value.flat[0], value.shape)",
    "nothing": "np.full(value.shape, np.nan)",
    "endless": "np.full(value.shape, -np.inf)",
}
USED_AGAIN = (
    "ex3",
    "ex5",
)  # where the grader itself computes with what a student returned
TRIED = [
    (f"ex{n}", kind)
    for n in (1, 2, 3, 4, 5, 8)
    for kind in KINDS
    if f"ex{n}" in USED_AGAIN or kind in ("truth", "lists")
]


@pytest.mark.parametrize(
    ("assignment", "kind"),
    few(TRIED, lambda assignment, kind: assignment == "ex3" or kind == "lists"),
    ids=["-".join(row) for row in TRIED],
)
def test_odd_numbers(assignment, kind, real_course, offered, tmp_path):
    offered("bubblewrap")
    name = next(a for a in real_course.assignments if a.startswith(f"{assignment}_"))
    cells = [c for c in read_cells(real_course.source(name)) if c.role == "solve"]
    sources = [c.text + ODD.format(c.task, KINDS[kind]) for c in cells]
    notebook = {
        "cells": [
            {"cell_type": "code", "id": c.task, "source": s}
            for c, s in zip(cells, sources, strict=True)
        ]
    }
    path = tmp_path / f"{name}.ipynb"
    path.write_text(json.dumps(notebook))
    result = Grader(load(name, real_course), choose("bubblewrap"), Limits()).grade(
        path, "eve"
    )
    assert result.score is not None, result
    assert result.score < result.max_score or kind == "lists"
    assert {t.status for t in result.tasks} <= {"passed", "failed", "partial"}
