"""The colours of the course: one per gate, each in a shade for light pages and one for dark pages.

Chosen so that the gates stay apart for the common forms of colour blindness, and each shade
stands out from its page (`tests/book/test_book_colours.py` measures both). No drawing relies on
colour alone: gates carry their letter too.
"""

import re

# letter of the notation page: (what it is, on light pages, on dark pages)
GATES = {
    "f": ("forget gate", "#a33b00", "#e8604a"),
    "i": ("input gate", "#16775f", "#35e0a0"),
    "c": ("candidate", "#b58900", "#f7c83c"),
    "o": ("output gate", "#1f3fb0", "#4a97ff"),
    "z": ("update gate (GRU)", "#6d1a66", "#cf6a9e"),
    "r": ("reset gate (GRU)", "#1998e6", "#b5ebfa"),
}
TONES = {
    "ink": ("#1b1f24", "#e6e8eb"),
    "muted": ("#5b6570", "#a5afba"),
    "faint": ("#c3cad1", "#4a525b"),
    "paper": ("#fefefe", "#131313"),
}
MARKS = {
    "mark": ("#b946ad", "#df20cc")
}  # what a drawing points at, where it is no gate; the rest is ink and muted
LAMPS = {  # the traffic light of chapter 1, always with its letter
    "R": ("#c62828", "#ff7b72"),
    "A": ("#c98500", "#ffc857"),
    "G": ("#1d8a4a", "#57d98a"),
}
PALE = tuple(
    light for light, _ in (GATES["c"][1:], GATES["r"][1:], LAMPS["A"], LAMPS["G"])
)  # too pale for letters
_PARTNER = {
    light: dark
    for *_, light, dark in [
        *GATES.values(),
        *TONES.values(),
        *MARKS.values(),
        *LAMPS.values(),
    ]
}
_ANY = re.compile("|".join(_PARTNER), re.IGNORECASE)

MARK = MARKS["mark"][0]
INK, MUTED, FAINT, PAPER = (light for light, _ in TONES.values())
FORGET, INPUT, CANDIDATE, OUTPUT, UPDATE, RESET = (
    light for _, light, _ in GATES.values()
)


def in_the_dark(svg):
    """The same drawing in the colours for dark pages."""
    return _ANY.sub(lambda found: _PARTNER[found[0].lower()], svg)
