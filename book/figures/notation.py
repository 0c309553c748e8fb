"""Drawings of the notation page: the gates' colours."""

from .colours import GATES, INK, MUTED
from .style import canvas, layer, note, wire

SIGNS = {
    "f": "$f$",
    "i": "$i$",
    "c": r"$\tilde{c},\ \tilde{h}$",
    "o": "$o$",
    "z": "$z$",
    "r": "$r$",
}


def gate_colours():
    """Draw one box for each gate, in its colour, and the two kinds of state."""
    ax = canvas(height=4.4)
    for k, (letter, (name, light, _)) in enumerate(GATES.items()):
        x, y = 1.85 + 3.55 * (k % 3), 3.55 - 1.5 * (k // 3)
        layer(ax, x, y, SIGNS[letter], light)
        note(ax, x, y - 0.68, name, colour=INK)
    wire(ax, (0.9, 0.62), (2.8, 0.62))
    note(ax, 1.85, 0.25, "hidden state", colour=INK)
    for shift in (-0.06, 0.06):
        wire(ax, (4.45, 0.62 + shift), (6.3, 0.62 + shift), head=False)
    wire(ax, (6.2, 0.62), (6.5, 0.62), lw=1.2)
    note(ax, 5.4, 0.25, "cell state", colour=INK)
    wire(ax, (8.0, 0.62), (9.9, 0.62), style=":", colour=MUTED)
    note(ax, 8.95, 0.25, "kept for later", colour=INK)
