from tables import each_row

from autograder.gradebook.repaired import repaired


def test_repair_keeps_the_students_text_and_restores_what_is_missing(release):
    solve = next(c for c in release.cells if c.id == "rnn_forward")
    data = {
        "cells": [
            {
                "cell_type": "code",
                "id": "rnn_forward",
                "metadata": {},
                "source": ["def rnn_forward(): 1"],
            }
        ]
    }
    cells = {c.id: c for c in repaired(data, release).cells}
    assert cells["rnn_forward"].source == "def rnn_forward(): 1"
    assert cells["rnn_forward"].metadata == solve.metadata
    assert {c.id for c in release.cells if "nbgrader" in c.metadata} <= set(cells)


def test_repair_labels_one_of_two_copies(release):
    copy = {
        "cell_type": "code",
        "id": "rnn_forward",
        "metadata": {"nbgrader": {"grade_id": "rnn_forward"}},
    }
    cells = repaired(
        {"cells": [copy | {"source": "1"}, copy | {"source": "2"}]}, release
    ).cells
    assert [
        c.source
        for c in cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == "rnn_forward"
    ] == ["1"]
    assert "2" in [c.source for c in cells]


def test_of_an_endless_cell_a_page_shows_the_beginning(release):
    data = {
        "cells": [
            {
                "cell_type": "code",
                "id": "rnn_forward",
                "metadata": {},
                "source": "x = 1\n" * 100_000,
            }
        ]
    }
    text = next(
        c.source for c in repaired(data, release).cells if c.id == "rnn_forward"
    )
    assert len(text) < 51_000
    assert text.endswith("# … and 550000 characters more, which were graded as well")


ODD = [
    {},
    {"cells": None},
    {"cells": [1, {"cell_type": 5, "source": 7}]},
    {"worksheets": 3},
]


@each_row("data", ODD)
def test_repair_takes_anything(data, release):
    assert len(repaired(data, release).cells) >= sum(
        "nbgrader" in c.metadata for c in release.cells
    )
