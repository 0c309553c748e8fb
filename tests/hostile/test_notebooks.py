"""Notebooks whose attack is in the file itself: labels, formats, sizes, and texts that are slow
to read.
"""

import json
import resource

import pytest
from sweeps import few, sweep

from .attack import CELL, FORWARD, WRONG

BOTTOM = {
    "cell_type": "code",
    "id": "last",
    "metadata": {},
    "outputs": [],
    "source": "pass",
}


def cell(data, identity):
    return next(c for c in data["cells"] if c["id"] == identity)


def relabel(**nbgrader):
    """Change nbgrader's labels of the check cell."""

    def change(data):
        cell(data, f"check_{CELL}")["metadata"]["nbgrader"].update(nbgrader)

    return change


def with_output(data):
    """Claim a mark in the check cell's output."""
    output = {
        "output_type": "execute_result",
        "data": {"text/plain": "10"},
        "metadata": {},
        "execution_count": 1,
    }
    cell(data, f"check_{CELL}")["outputs"] = [output]


def twice(data):
    data["cells"] += [
        json.loads(json.dumps(cell(data, f"check_{CELL}"))) for _ in range(3)
    ]


def odd_metadata(data):
    data["metadata"] = {
        "__proto__": {"score": 10},
        "constructor": 1,
        "nbgrader": {"score": 10, "points": 1e300},
    }
    data["nbformat"] = 10**30
    for one in data["cells"]:
        one["metadata"] = (
            one["metadata"]
            if "nbgrader" in one["metadata"]
            else {"nbgrader": [[]], "tags": {"a": None}}
        )


def path_labels(data):
    for number, one in enumerate(
        c for c in data["cells"] if "nbgrader" not in c["metadata"]
    ):
        one["id"] = f"../../../results/{number}\x1b[2J<script>"
        one["metadata"]["nbgrader"] = {"grade_id": one["id"], "cell_type": "code"}


def odd_sources(data):
    data["cells"] += [
        BOTTOM | {"source": s}
        for s in (5, None, {"a": 1}, [1, [2], None], "\ud800\udfff", "\0x = 1\0")
    ]


def newlines(data):
    data["cells"].append(BOTTOM | {"source": "x = 1" + "\n" * 10**6 + " "})


def almost_functions(data):
    data["cells"].append(
        BOTTOM
        | {
            "source": "def "
            + " " * 10**6
            + "\n"
            + (f"def {CELL}" + " " * 1000 + "\n") * 500
        }
    )


def magics(data):
    data["cells"].append(
        BOTTOM | {"source": "%" + " =" * 5000 + "\n" + "a.b ,= ! \n" * 3000}
    )


def words(data):
    data["cells"].append(
        BOTTOM | {"source": "# " + " ".join(f"w{n}" for n in range(300_000))}
    )


def conflicts(data):
    data["cells"].append(BOTTOM | {"source": "<<<<<<< a\n" * 3000 + "=======\n" * 3000})


def many_cells(data):
    data["cells"] += [BOTTOM | {"id": f"n{n}"} for n in range(3000)]


def split_cells(data):
    data["cells"] += [
        BOTTOM | {"id": f"s{n}", "source": "if (" * 20} for n in range(300)
    ]


def deep_code(data):
    data["cells"].append(BOTTOM | {"source": "(" * 10**5 + ")" * 10**5})
    data["cells"].append(BOTTOM | {"source": "x = " + "-" * 10**6 + "1"})


def worksheets(data):
    data["worksheets"] = [{"cells": [BOTTOM]}, 5, {"cells": "x"}]


CHANGES = (
    relabel(points=1000), relabel(points=-5), relabel(grade_id=CELL), relabel(grade_id=[1]),
    relabel(schema_version=99), relabel(grade=False, solution=True),
    with_output, twice, odd_metadata, path_labels, odd_sources, newlines,
    almost_functions, magics, words, conflicts, many_cells, split_cells, deep_code, worksheets,
)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    few(CHANGES, lambda change: CHANGES.index(change) % 2 == 0),
    ids=lambda c: c.__qualname__.split(".")[0],
)
def test_changed_notebook(change, ground, grade, offered):
    data = ground.notebook([(CELL, WRONG), (FORWARD, ground.right[FORWARD])])
    change(data)
    seen = grade(data, offered("bubblewrap"))
    assert (seen.points(CELL), seen.points(FORWARD)) == (0, 10), seen.result
    assert [t.max_points for t in seen.result.tasks] == [10, 10]
    assert seen.seconds < 20
    assert "\x1b" not in seen.texts
    assert not any("<script" in t.html for t in seen.result.tasks)
    assert [secret for secret in ground.secrets if secret in seen.texts] == []


FILES = {
    "deep": b"[" * 10**6,
    "deep-cells": b'{"cells": ' + b"[" * 10**5 + b"]" * 10**5 + b"}",
    "huge-number": b'{"cells": [], "nbformat": ' + b"9" * 10**5 + b"}",
    "conflicts": b"<<<<<<< a\n" * 20_000
    + b"=======\n" * 20_000
    + b"|||||||\n" * 20_000,
    "one-conflict": b"<<<<<<< a\n" + b"x\n" * 10**6 + b"=======\n" * 1000,
    "not-utf8": b'{"cells": "\xff\xfe"}',
    "nulls": bytes(10**6),
    "numbers": b'{"cells": [NaN, Infinity, -0, 1e999]}',
    "twice": b'{"cells": [1], "cells": {}}',
    "half-characters": b'{"cells": [{"cell_type": "code", "source": "\\ud800", '
    b'"id": "\\udfff"}], "\\ud800": 1}',
    "many-lists": b'{"cells": [' + b"[]," * 4 * 10**6 + b"[]]}",
    "much-code": b'{"cells": [{"cell_type": "code", "id": "rnn_forward", "source": "#'
    + b"x" * 40_000_000
    + b'"}]}',
}


@pytest.mark.parametrize("name", FILES)
def test_file_that_is_no_notebook(name, ground, grade, offered):
    """It gets zero and says why: it neither stops the batch nor escapes a mark, in bounded time
    and memory.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = grade(FILES[name], offered("bubblewrap"))
    assert seen.result.score == 0, seen.result
    assert {t.status for t in seen.result.tasks} == {"missing"}
    assert seen.result.problem
    assert seen.seconds < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000, (
        "more than a gigabyte"
    )
    assert len(seen.texts) < 10_000


@sweep
def test_memory_of_the_grader_is_bounded_while_it_reads_answers(ground, grade, offered):
    """Fifteen answers, each as large as is allowed, of bytes that become numbers of eight."""
    large = (
        f"def {CELL}(*given):\n    import numpy as np\n"
        "    return np.zeros(31 << 20, bool), None, None\n"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = grade(
        ground.notebook([(CELL, large), (FORWARD, ground.right[FORWARD])]),
        offered("bubblewrap"),
    )
    assert (seen.points(CELL), seen.points(FORWARD)) == (0, 10)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000
