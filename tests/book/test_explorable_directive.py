"""The directive of a figure that answers: what it wants, and what it says when it gets something
else.
"""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from book_fixtures import ROOT, extension
from docutils.parsers.rst import DirectiveError
from docutils.statemachine import StringList
from docutils.utils import new_document

from book.figures import explorable_networks

SCRIPTS = ROOT / "book" / "_static" / "explorable"


def directive(cell="lstm", still="never-drawn", content=()):
    """A directive as a page would make it."""
    state = SimpleNamespace(document=new_document("page"), nested_parse=lambda *_: None)
    machine = SimpleNamespace(reporter=None)
    options = {"opens": "t=9", "still": still}
    return extension("explorable").Explorable(
        "explorable", [cell], options, StringList(content), 1, 0, "", state, machine
    )


def test_an_unknown_cell_is_an_error():
    with pytest.raises(DirectiveError) as found:
        directive("gru").run()
    assert "no cell gru; wanted lstm or pair" in found.value.msg


def test_a_cell_to_drive_that_is_not_in_the_drawing_is_an_error():
    wrong = directive(content=["The caption."])
    wrong.options["own"] = "gru"
    wrong.caption_and_notes = lambda: ("", [])
    with pytest.raises(DirectiveError) as found:
        wrong.run()
    assert "lstm has no cell gru; wanted lstm" in found.value.msg


def test_a_text_of_another_shape_is_an_error():
    with pytest.raises(DirectiveError) as found:
        directive().run()
    assert "wanted the caption, one paragraph, and then" in found.value.msg


def test_a_drawing_that_was_never_made_is_an_error():
    made = directive()
    with pytest.raises(DirectiveError) as found:
        extension("kept").set_aside(made, "never-drawn")
    assert "never-drawn" in found.value.msg


def test_the_networks_are_those_of_the_chapters():
    networks = explorable_networks.networks()
    assert networks["words"][8] == "shutters"
    assert np.sum(networks["sentence"], axis=1).tolist() == 12 * [1]
    for cell, gates in {"lstm": "fico", "gru": "zrh", "plain": "a"}.items():
        for network in networks[cell].values():
            assert set(network) == {f"{kind}{gate}" for kind in "Wb" for gate in gates}
            assert {len(entries) for entries in network.values()} == {2}
    assert networks["plain"]["numbers"]["Wa"] == networks["gru"]["numbers"]["Wh"]


def test_the_turn_keeps_lengths_so_that_the_scale_is_the_spectral_radius():
    turn = np.array(explorable_networks.TURN)[:, :2]
    np.testing.assert_allclose(turn @ turn.T, np.eye(2), atol=1e-15)


def test_every_script_is_fetched_and_only_those():
    listed = (ROOT / "book" / "_static" / "unrolled.js").read_text(encoding="utf-8")
    array, pushed = re.search(
        r"EXPLORABLE = \[(.*?)\];\nEXPLORABLE\.push\((.*?)\);", listed
    ).groups()
    names = re.findall(r'"(\w+)"', array + "," + pushed)
    assert sorted(names) == sorted(path.stem for path in SCRIPTS.glob("*.js"))


def test_equations_are_named_in_both_drawings():
    found = {
        name: extension("explorable").EQUATION.findall(
            (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
        )
        for name in ("lstm", "pair")
    }
    assert {"eq-ch3-cell-state", "eq-ch4-products"} <= set(found["lstm"])
    assert {"eq-ch2-down", "eq-ch5-da-prev"} <= set(found["pair"])


def test_lines_of_the_curves_are_as_far_apart_as_the_captions_say():
    script = (SCRIPTS / "strip.js").read_text(encoding="utf-8")
    rows = script.split("const POWERS = [")[1].split("];")[0]
    powers = [float(row) for row in re.findall(r"\[([\de-]+),", rows)]
    assert len(powers) == 6
    np.testing.assert_allclose(np.divide(powers[:-1], powers[1:]), 100)
    said = [
        path.stem
        for path in (ROOT / "book").glob("*.md")
        if "from line to line a factor of 100" in path.read_text(encoding="utf-8")
    ]
    assert sorted(said) == ["ch2_rnn_backward", "ch4_lstm_backward"]
