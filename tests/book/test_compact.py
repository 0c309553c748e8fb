"""Compact drawings: the same points to a hundredth, in fewer bytes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from book.figures.compact import compact, outline

SVG = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="388.8pt" height="208.8pt"
  viewBox="0 0 388.8 208.8">
 <metadata><rdf:RDF/></metadata>
 <g id="figure_1">
  <g id="patch_1">
   <path d="M 0 208.8
L 388.8 208.8
L 388.8 0.123456
z
" clip-path="url(#p1)" style="fill: none; stroke: #4a525b"/>
  </g>
  <!-- a text -->
  <g style="fill: #1b1f24" transform="translate(12.345678 -0.001) scale(0.1104 -0.1104)">
   <use xlink:href="#glyph" transform="translate(63.623047 0)"/>
   <path id="glyph" d="M 2034 4250 Q 1547 4250 1301 3770 z" transform="scale(0.015625)"/>
  </g>
 </g>
 <clipPath id="p1"><rect x="57.599999" y="7.2" width="320" height="10"/></clipPath>
</svg>"""


def test_what_is_drawn_stays_and_the_rest_goes():
    small = compact(SVG)
    assert small == (
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="388.8pt" '
        'height="208.8pt" viewBox="0 0 388.8 208.8">'
        '<g><path d="m0 208.8h388.8v-208.68z" clip-path="url(#p1)" '
        'style="fill:none;stroke:#4a525b"/>'
        '<g style="fill:#1b1f24" transform="translate(12.35 0) scale(0.1104 -0.1104)">'
        '<use xlink:href="#glyph" transform="translate(63.62 0)"/>'
        '<path id="glyph" d="m2034 4250q-487 0-733-480z" transform="scale(0.015625)"/></g></g>'
        '<clipPath id="p1"><rect x="57.6" y="7.2" width="320" height="10"/></clipPath></svg>'
    )


def test_a_compact_drawing_stays_as_it_is():
    assert compact(compact(SVG)) == compact(SVG)


def points(path):
    """End points of a path of relative commands, which a reader of SVG walks along."""
    here, start, found = [0.0, 0.0], [0.0, 0.0], []
    for command, body in re.findall(r"([mlhvqcz])([^mlhvqcz]*)", path):
        numbers = [
            float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", body)
        ]
        size = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6, "z": 1}[command]
        assert command == "z" or (numbers and len(numbers) % size == 0)
        for k in range(0, len(numbers), size):
            step = numbers[k : k + size]
            dx, dy = (
                (step[0], 0)
                if command == "h"
                else (0, step[0])
                if command == "v"
                else step[-2:]
            )
            here = [here[0] + dx, here[1] + dy]
            found.append(here)
        if command == "m":
            start = here
        elif command == "z":
            here = start
    return found


number = st.floats(-2000, 2000).map(lambda value: round(value, 6))
part = st.one_of(
    st.tuples(st.just("M"), st.lists(number, min_size=2, max_size=2)),
    st.tuples(st.just("L"), st.lists(number, min_size=2, max_size=2)),
    st.tuples(st.just("Q"), st.lists(number, min_size=4, max_size=4)),
    st.tuples(st.just("C"), st.lists(number, min_size=6, max_size=6)),
    st.tuples(st.just("z"), st.just([])),
)


@given(st.lists(part, max_size=12))
def test_every_point_stays_within_a_hundredth(parts):
    parts = [("M", [0.5, -0.25]), *parts]
    path = "\n".join(
        " ".join([command, *(f"{value:.6f}" for value in numbers)])
        for command, numbers in parts
    )
    wanted = [numbers[-2:] for command, numbers in parts if command != "z"]
    got = points(outline(path))
    assert len(got) == len(wanted)
    for one, other in zip(got, wanted, strict=True):
        assert one == pytest.approx(other, abs=0.0051)
