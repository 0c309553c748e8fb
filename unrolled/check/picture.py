"""Draw which entries of an array are off: characters in HTML, which every notebook shows.

A notebook that is not trusted shows no SVG, and neither do some pages; signs set in a fixed
width stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from unrolled.check.compare import Difference

PANELS = 12  # steps drawn at most
LARGEST = 2400  # entries of an array that is drawn
WIDEST = 60  # entries of a panel in a row or column
NEAR = 0.1  # part of the largest deviation below which a sign is smaller
RIGHT, SLIGHT, OFF = "·", "▪", "■"
RED = "#c4432b"
FIXED = "margin:0;padding:0;border:0;background:none;color:inherit;line-height:1.15"


def picture(differences: Sequence[Difference]) -> str:
    """Draw the first array with wrong entries that tells something, one panel a step.

    Parameters
    ----------
    differences : sequence of Difference
        Of one call.

    Returns
    -------
    str
        HTML; "" if nothing is to be drawn.
    """
    for one in differences:
        if one.wrong is not None and one.wrong.ndim in (2, 3):
            return _drawn(one) if _tells(one) else ""
    return ""


def _tells(difference: Difference) -> bool:
    """Say whether there is something to be seen, and room for it."""
    wrong = difference.wrong
    if wrong is None or wrong.size > LARGEST or max(wrong.shape[:2]) > WIDEST:
        return False
    return wrong.size > 1 and (not wrong.all() or difference.far is not None)


def _drawn(difference: Difference) -> str:
    signs = _signs(difference)
    panels, names, what = [signs], [""], "by row and column"
    if signs.ndim == 3:
        panels = [signs[:, :, t] for t in range(min(signs.shape[2], PANELS))]
        what = "one panel a step"
    if len(panels) > 1:
        names = [f"t={t}" for t in range(len(panels))]
    width = max(2 * panels[0].shape[1] - 1, *map(len, names))
    lines = [_row([panel[i] for panel in panels], width) for i in range(signs.shape[0])]
    if any(names):
        lines.append("  ".join(name.ljust(width) for name in names).rstrip())
    label = escape(f"Entries of {difference.path} that are off, {what}")
    text = "\n".join(lines)
    return (
        '<div style="margin-top:.4em;overflow-x:auto">'
        f'<pre role="img" aria-label="{label}" style="{FIXED}">{text}</pre>'
        f'<div style="opacity:.75;font-size:90%">{label} ({_legend(signs)}).</div></div>'
    )


def _signs(difference: Difference) -> np.ndarray:
    """Give the sign of each entry."""
    wrong = np.asarray(difference.wrong)
    near = np.zeros(wrong.shape, bool)
    if difference.far is not None:
        near = np.broadcast_to(difference.far, wrong.shape) < NEAR
    return np.where(wrong, np.where(near, SLIGHT, OFF), RIGHT)


def _legend(signs: np.ndarray) -> str:
    """Say what the signs mean that there are."""
    said = {
        OFF: f"{OFF} off",
        SLIGHT: f"{SLIGHT} off by less than a tenth of the largest",
        RIGHT: f"{RIGHT} right",
    }
    return ", ".join(text for sign, text in said.items() if (signs == sign).any())


def _row(parts: Sequence[np.ndarray], width: int) -> str:
    """Set one row of all panels, what is off in red."""
    texts = []
    for signs in parts:
        plain = " ".join(signs)
        texts.append(_coloured(plain) + " " * (width - len(plain)))
    return "  ".join(texts).rstrip()


def _coloured(text: str) -> str:
    """Set a row of signs, each run of what is off in red."""
    runs, red = [], f'<span style="color:{RED}">'
    for run in text.replace(RIGHT, f"|{RIGHT}|").split("|"):
        blank = not run.strip() or run == RIGHT
        runs.append(run if blank else f"{red}{run}</span>")
    return "".join(runs)
