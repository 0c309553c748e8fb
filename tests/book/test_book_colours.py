"""The colours of the course can be told apart, and stand out from the page, in both themes."""

import importlib
import importlib.util
from itertools import combinations

import numpy as np
import pytest
from book_fixtures import ROOT
from tables import each_row

_spec = importlib.util.spec_from_file_location(
    "colours", ROOT / "book" / "figures" / "colours.py"
)
colours = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(colours)

THEMES = {"light": (1, "#ffffff"), "dark": (2, "#121212")}
# how a colour is seen, on linear RGB (Machado, Oliveira and Fernandes 2009, full severity)
SIGHT = {
    "full": np.eye(3),
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    """Linear RGB of a colour."""
    c = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Contrast ratio of two colours as WCAG 2 defines it."""
    dark, light = sorted(
        float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def mixed(over, under, share):
    """A colour laid over another so that it covers this share."""
    pairs = [(int(over[k : k + 2], 16), int(under[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(share * o + (1 - share) * u):02x}" for o, u in pairs)


def lab(rgb):
    """CIE L*a*b* of linear RGB."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES)
@each_row("sight", SIGHT)
def test_gates_can_be_told_apart(theme, sight):
    shade, _ = THEMES[theme]
    seen = {
        letter: lab(SIGHT[sight] @ linear(gate[shade]))
        for letter, gate in colours.GATES.items()
    }
    nearest = min(
        (float(np.linalg.norm(seen[p] - seen[q])), p, q)
        for p, q in combinations(seen, 2)
    )
    assert nearest[0] > 20, nearest


@pytest.mark.parametrize("theme", THEMES)
def test_gates_and_letters_stand_out_from_the_page(theme):
    shade, page = THEMES[theme]
    faint = {
        letter: contrast(gate[shade], page) for letter, gate in colours.GATES.items()
    }
    assert min(faint.values()) >= 3, faint
    assert all(
        contrast(colours.TONES[tone][shade - 1], page) >= 4.5
        for tone in ("ink", "muted")
    )


@pytest.mark.parametrize("theme", THEMES)
def test_letters_can_be_read_on_the_tints_of_gates(theme):
    shade, _ = THEMES[theme]
    for gate in colours.GATES.values():
        tint = mixed(
            gate[shade], colours.TONES["paper"][shade - 1], 0.2
        )  # as style.layer does
        assert contrast(tint, colours.TONES["ink"][shade - 1]) >= 4.5, gate


@pytest.mark.parametrize("theme", THEMES)
def test_marks_are_no_gate_and_can_be_read(theme):
    shade, page = THEMES[theme]
    for light_and_dark in colours.MARKS.values():
        mark = light_and_dark[shade - 1]
        assert contrast(mark, page) >= 4.5
        for sight in SIGHT.values():
            seen = lab(np.array(sight) @ linear(mark))
            gates = {
                k: np.linalg.norm(seen - lab(np.array(sight) @ linear(g[shade])))
                for k, g in colours.GATES.items()
            }
            assert min(gates.values()) > 18, gates


@pytest.mark.parametrize("theme", THEMES)
def test_a_colour_that_is_not_pale_will_do_for_letters(theme):
    shade, page = THEMES[theme]
    pairs = [gate[1:] for gate in colours.GATES.values()] + [*colours.LAMPS.values()]
    found = {
        pair[0]: contrast(pair[shade - 1], page)
        for pair in pairs
        if pair[0] not in colours.PALE
    }
    assert len(found) >= 5
    assert min(found.values()) >= 4.5, found


def test_nobody_writes_in_a_pale_colour():
    style = importlib.import_module("book.figures.style")
    with pytest.raises(ValueError, match="too pale"):
        style.text(None, 0, 0, "c", colour=colours.PALE[0])


@pytest.mark.parametrize("theme", THEMES)
def test_lamps_stand_out_from_the_page(theme):
    shade, page = THEMES[theme]
    faint = {
        letter: contrast(lamp[shade - 1], page)
        for letter, lamp in colours.LAMPS.items()
    }
    assert min(faint.values()) >= 3, faint


def test_dark_drawings_hold_no_light_colour():
    pairs = [gate[1:] for gate in colours.GATES.values()] + [*colours.TONES.values()]
    pairs += [*colours.MARKS.values(), *colours.LAMPS.values()]
    drawn = " ".join(f"fill: {light}" for light, _ in pairs)
    assert colours.in_the_dark(drawn) == " ".join(f"fill: {dark}" for _, dark in pairs)
