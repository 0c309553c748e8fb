"""What is made of cells is what a real kernel makes of them; where it is more, that is said
here.
"""

import json
from pathlib import Path

from cells import probe
from cells.cases import CASES, PRELUDE
from tables import each_row

KERNEL = json.loads(
    (Path(__file__).parents[1] / "cells" / "kernel.json").read_text(encoding="utf-8")
)["cases"]

# Names that a kernel does not define: they stand below an error and take nothing's place.
KINDER = {
    "time raises": {"g": "2"},
    "cell magic below the first line": {"h": "3"},
    "help of a call": {"g": "2"},
    "await that raises": {"h": "3"},
    "await in a plain function": {"i": "3"},
    "return in no function": {"i": "4"},
    "break in no loop": {"h": "3"},
    "nonlocal in no function": {"i": "3"},
    "raises": {"h": "3"},
    # lacking here, and perhaps not in the student's Jupyter: modules, extensions, someone who
    # answers
    "load_ext that is not there": {"g": "2"},
    "no such module": {"f": "returns 'second'", "g": "2"},
    "asks for input": {"g": "2"},
    # IPython 9.18 does not await what %%time runs
    "await in %%time": {"f": "returns 'second'"},
}
# What nothing that is graded needs.
POORER = {
    "last value": {"g"},
    "input history": {"g"},
    "automagic alone": {"g"},
}
UNTOLD = {  # errors of a kernel's that are none here: no Python was run, or it went on
    *(
        "%%script false",
        "%%svg",
        "load_ext that is not there",
        "asks for input",
        "help of a call",
        "await in %%time",
    ),
}
STAND_INS = {"said"}  # objects of IPython's


def test_every_case_was_recorded():
    assert list(KERNEL) == list(CASES)
    assert len(CASES) > 60


@each_row("name", CASES)
def test_a_cell_means_what_it_means_in_a_kernel(name, loads, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: "")
    one, said = loads(PRELUDE, *CASES[name])
    found, recorded = probe.names(one.space), KERNEL[name]["names"]
    missing = POORER.get(name, set())
    expected = {
        n: v for n, v in (recorded | KINDER.get(name, {})).items() if n not in missing
    }
    assert found.keys() == expected.keys()
    assert {
        n: v for n, v in found.items() if n not in STAND_INS and v != expected[n]
    } == {}
    assert bool(said["errors"]) or not any(KERNEL[name]["errors"]) or name in UNTOLD


HEADS = [
    "!echo a \\\n  b \\\n  c",
    "\n\n%%time",
    "%%capture said\n",
    "x = !ls \\\n -a\n%time x",
    "%time number + \\\n  1 + \\\n  2\n\n",
]


@each_row("head", HEADS)
def test_lines_keep_their_numbers(head, loads):
    text = f"{head}\n\n1 / 0"
    _, said = loads(PRELUDE, text)
    assert [(e["kind"], e["line"]) for e in said["errors"]] == [
        ("ZeroDivisionError", text.count("\n") + 1)
    ]


def test_lines_keep_their_numbers_under_prompts(loads):
    _, said = loads(">>> x = 2\n>>>\n>>> for i in range(x):\n...     1 / 0")
    assert [(e["kind"], e["line"]) for e in said["errors"]] == [
        ("ZeroDivisionError", 4)
    ]


def test_pylab_brings_its_names(loads):
    one, said = loads("%pylab inline\nwaves = sin(linspace(0, pi, 3))\nnp.pi, plt.plot")
    assert said["errors"] == []
    assert {"zeros", "plot", "np", "plt"} <= one.space.keys()
