"""A page on one sheet for each unit: the drawings, a line for each gradient, what is carried, what to check.

    python -m book.figures.sheets            writes book/_static/sheets/sheetN_name.svg and .pdf

A sheet has the shape of A4 paper, in double size; printed on A4 its letters are as large as a newspaper's.
"""

# ruff: noqa: E501  a formula stays on its line
import sys
from pathlib import Path
from textwrap import wrap

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.lines import Line2D

from . import (
    ch1_rnn_cell,
    ch2_rnn_backward,
    ch3_lstm_forward,
    ch4_lstm_backward,
    ch5_gru,
    style,
)
from .colours import FAINT, INK, MUTED
from .compact import compact

FOLDER = Path(__file__).resolve().parents[1] / "_static" / "sheets"
WIDTH, HEIGHT = 23.4, 33.1  # in units of half an inch
LEFT, RIGHT = 0.6, 12.0  # where the two columns begin
LINE = 0.62
MONO = "DejaVu Sans Mono"

SHEETS = {
    "sheet1_rnn_cell": {
        "title": "1  The recurrent cell, forward",
        "left": [ch1_rnn_cell.unrolled, ch1_rnn_cell.one_step],
        "right": [ch1_rnn_cell.slices],
        "lines": [
            ("a_next", r"$a^{\langle t\rangle} = \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a)$",
             "(n_a, m)"),
            ("yt_pred", r"$\hat{y}^{\langle t\rangle} = \mathrm{softmax}(W_{ya}\,a^{\langle t\rangle} + b_y)$", "(n_y, m)"),
            ("cache", r"$(a^{\langle t\rangle},\ a^{\langle t-1\rangle},\ x^{\langle t\rangle},$ parameters$)$", "tuple"),
            ("a", "the states of all steps, time last", "(n_a, m, T_x)"),
            ("y_pred", "the predictions of all steps", "(n_y, m, T_x)"),
            ("caches", "the list of the cell caches, and x", "pair"),
        ],
        "carried": ["The state: a0 into the first step, then each step's a_next into the next one.",
                    "The prediction is read off the new state, and never comes back.",
                    "The same weights at every step."],
        "checks": ["All sizes different from each other; a0 not zero.", "A batch of one, a sequence of one step.",
                   "Columns of the prediction sum to 1.", "The cache holds the state that the step received.",
                   "Inputs and parameters are unchanged after the call."],
    },
    "sheet2_rnn_backward": {
        "title": "2  The recurrent cell, backward",
        "left": [ch2_rnn_backward.cell_graph, ch2_rnn_backward.way_back],
        "right": [ch2_rnn_backward.carry],
        "lines": [
            ("da_next", r"$da^{\langle t\rangle} +\ da_{prev}$ of step $t+1$", "(n_a, m)"),
            ("dz", r"$da_{next} \odot (1 - (a^{\langle t\rangle})^2)$", "(n_a, m)"),
            ("dWax", r"$dz\ (x^{\langle t\rangle})^{\top}$", "(n_a, n_x)"),
            ("dWaa", r"$dz\ (a^{\langle t-1\rangle})^{\top}$", "(n_a, n_a)"),
            ("dba", r"$dz$, summed over the batch", "(n_a, 1)"),
            ("dxt", r"$W_{ax}^{\top}\ dz$", "(n_x, m)"),
            ("da_prev", r"$W_{aa}^{\top}\ dz$", "(n_a, m)"),
        ],
        "carried": ["One carry: zero behind the last step, then replaced at every step.",
                    "Shared weights: gradients are summed over the steps.", "Each input keeps its own slice of dx.",
                    "After the first step the carry is da0."],
        "checks": [r"Central differences, float64, a step near $10^{-5}$.",
                   "Three steps or more; da not zero at any of them.", "a0 not zero; all sizes different.",
                   "Every entry of every gradient.", r"A right gradient reads $10^{-7}$ or less."],
    },
    "sheet3_lstm_forward": {
        "title": "3  The LSTM, forward",
        "left": [ch3_lstm_forward.cell, ch3_lstm_forward.unrolled],
        "right": [ch3_lstm_forward.forget_mask, ch3_lstm_forward.sum_of_masks],
        "lines": [
            ("concat", r"$v = [a^{\langle t-1\rangle};\ x^{\langle t\rangle}]$, the state on top", "(n_a + n_x, m)"),
            ("ft", r"$f = \sigma(W_f\,v + b_f)$   keep?", "(0, 1)"),
            ("it", r"$i = \sigma(W_i\,v + b_i)$   write?", "(0, 1)"),
            ("cct", r"$\tilde{c} = \tanh(W_c\,v + b_c)$   what?", "(-1, 1)"),
            ("ot", r"$o = \sigma(W_o\,v + b_o)$   show?", "(0, 1)"),
            ("c_next", r"$c^{\langle t\rangle} = f \odot c^{\langle t-1\rangle} + i \odot \tilde{c}$", "any size"),
            ("a_next", r"$a^{\langle t\rangle} = o \odot \tanh(c^{\langle t\rangle})$", "(-1, 1)"),
            ("yt_pred", r"$\hat{y}^{\langle t\rangle} = \mathrm{softmax}(W_y\,a^{\langle t\rangle} + b_y)$", "(n_y, m)"),
        ],
        "carried": ["Two states: a starts at a0, c starts at zeros of their own.",
                    "cache: (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).",
                    "lstm_forward returns a, y, c, caches."],
        "checks": ["All sizes different; a0 not zero.", "No two arrays share their memory.",
                   "caches of step 0 hold the zeros, not c of step 0.", "A sequence of one step, a batch of one.",
                   "Feed the caches to a right backward pass."],
    },
    "sheet4_lstm_backward": {
        "title": "4  The LSTM, backward",
        "left": [ch4_lstm_backward.entrywise, ch4_lstm_backward.linear],
        "right": [ch4_lstm_backward.carries],
        "lines": [
            ("da_next", r"$da^{\langle t\rangle} +\ da_{prev}$ of step $t+1$", "(n_a, m)"),
            ("dc_next", r"$dc_{prev}$ of step $t+1$", "(n_a, m)"),
            ("dc", r"$dc_{next} + da_{next} \odot o \odot (1 - \tanh^2 c^{\langle t\rangle})$", "(n_a, m)"),
            ("dzo", r"$da_{next} \odot \tanh c^{\langle t\rangle} \odot o\,(1 - o)$", "(n_a, m)"),
            ("dzf", r"$dc \odot c^{\langle t-1\rangle} \odot f\,(1 - f)$", "(n_a, m)"),
            ("dzi", r"$dc \odot \tilde{c} \odot i\,(1 - i)$", "(n_a, m)"),
            ("dzc", r"$dc \odot i \odot (1 - \tilde{c}^2)$", "(n_a, m)"),
            ("dWf …", r"$dz_f\ v^{\top}$, and so for i, c, o", "(n_a, n_a + n_x)"),
            ("dbf …", r"$dz_f$, summed over the batch", "(n_a, 1)"),
            ("dconcat", r"$W_f^{\top}dz_f + W_i^{\top}dz_i + W_c^{\top}dz_c + W_o^{\top}dz_o$", ""),
            ("da_prev, dxt", "the first $n_a$ rows of it, and the others", ""),
            ("dc_prev", r"$dc \odot f$", "(n_a, m)"),
        ],
        "carried": ["Two carries, both zero behind the last step, both replaced at every step.",
                    "da: what the loss gives is added. dc: nothing is added.",
                    "Parameter gradients are summed over the steps; after the first step da_prev is da0."],
        "checks": ["Central differences of every gradient, over several steps.",
                   "With one step alone a missing carry does not show.",
                   "da not zero at any step; a0 not zero; all sizes different.", "A da with fewer steps than the caches.",
                   "dWf at the first step is zero, since c starts at zero."],
    },
    "sheet5_gru": {
        "title": "5  The GRU, forward and backward",
        "left": [ch5_gru.inside, ch5_gru.roads],
        "right": [ch5_gru.two_forms],
        "lines": [
            ("zt", r"$z = \sigma(W_z\,[a^{\langle t-1\rangle};\ x^{\langle t\rangle}] + b_z)$   keep?", "(0, 1)"),
            ("rt", r"$r = \sigma(W_r\,[a^{\langle t-1\rangle};\ x^{\langle t\rangle}] + b_r)$   read?", "(0, 1)"),
            ("hht", r"$\tilde{h} = \tanh(W_h\,[r \odot a^{\langle t-1\rangle};\ x^{\langle t\rangle}] + b_h)$", "(-1, 1)"),
            ("a_next", r"$a^{\langle t\rangle} = z \odot a^{\langle t-1\rangle} + (1 - z) \odot \tilde{h}$", "(n_a, m)"),
            ("da_next", r"$da^{\langle t\rangle} +\ da_{prev}$ of step $t+1$", "(n_a, m)"),
            ("dzz", r"$da_{next} \odot (a^{\langle t-1\rangle} - \tilde{h}) \odot z\,(1 - z)$", "(n_a, m)"),
            ("dzh", r"$da_{next} \odot (1 - z) \odot (1 - \tilde{h}^2)$", "(n_a, m)"),
            ("dra", r"$s = W_{ha}^{\top}\ dz_h$", "(n_a, m)"),
            ("dzr", r"$s \odot a^{\langle t-1\rangle} \odot r\,(1 - r)$", "(n_a, m)"),
            ("da_prev", r"$da_{next} \odot z + W_{za}^{\top}dz_z + s \odot r + W_{ra}^{\top}dz_r$", "(n_a, m)"),
            ("dxt", r"$W_{zx}^{\top}dz_z + W_{rx}^{\top}dz_r + W_{hx}^{\top}dz_h$", "(n_x, m)"),
            ("dWz, dWr", r"$dz_z$, $dz_r$ times $[a^{\langle t-1\rangle};\ x^{\langle t\rangle}]^{\top}$", "(n_a, n_a + n_x)"),
            ("dWh", r"$dz_h\ [r \odot a^{\langle t-1\rangle};\ x^{\langle t\rangle}]^{\top}$", "(n_a, n_a + n_x)"),
        ],
        "carried": ["One state forward, one carry back: zero behind the last step.",
                    "cache: (a_next, a_prev, zt, rt, hht, xt, parameters).",
                    "Parameter gradients are summed over the steps; after the first step da_prev is da0."],
        "checks": ["All sizes different; a0 and every da not zero.", "Every state between -1 and 1 if a0 is.",
                   "Central differences of every gradient, over several steps.",
                   "With all reset gates open both forms agree: close some.", "Four paths in da_prev, three in dxt."],
    },
}  # fmt: skip


def sheet(title, left, right, lines, carried, checks):
    """Draw one sheet.

    Parameters
    ----------
    title : str
        Its heading.
    left, right : list of callable
        Drawings, from top to bottom of each column.
    lines : list of (str, str, str)
        Name in code, formula, shape or range.
    carried, checks : list of str
        Sentences for the two boxes.
    """
    fig = plt.figure(figsize=(WIDTH * style.UNIT, HEIGHT * style.UNIT))
    fig.text(
        LEFT / WIDTH, 1 - 0.9 / HEIGHT, title, fontsize=24, weight="bold", va="center"
    )
    fig.add_artist(
        Line2D(
            [LEFT / WIDTH, 1 - LEFT / WIDTH], [1 - 1.5 / HEIGHT] * 2, color=INK, lw=1.5
        )
    )
    low, beside = _column(fig, LEFT, left), _column(fig, RIGHT, right) + 0.5
    for heading, sentences in [("Carried", carried), ("Checks", checks)]:
        beside = _heading(fig, RIGHT, beside, heading)
        for sentence in sentences:
            for number, part in enumerate(wrap(sentence, 58)):
                beside += LINE
                begun = ("   " if number else "• ") + part
                fig.text(
                    (RIGHT + 0.1) / WIDTH,
                    1 - beside / HEIGHT,
                    begun,
                    va="center",
                    fontsize=12.5,
                )
        beside += 1.2
    y = _heading(fig, LEFT, max(low, beside - 0.8) + 0.3, "Line by line")
    step = min(1.1, max(LINE + 0.12, (HEIGHT - 1 - y) / len(lines)))
    for name, formula, shape in lines:
        y += step
        for x, words, family in [
            (0, name, MONO),
            (4.6, formula, None),
            (15.4, shape, MONO),
        ]:
            fig.text(
                (LEFT + x) / WIDTH,
                1 - y / HEIGHT,
                words,
                fontsize=14,
                family=family,
                va="center",
            )
        fig.add_artist(
            Line2D(
                [LEFT / WIDTH, 1 - LEFT / WIDTH],
                [1 - (y + step / 2) / HEIGHT] * 2,
                color=FAINT,
                lw=0.7,
            )
        )
    if y > HEIGHT - 0.5:
        raise ValueError(f"{title}: {y - HEIGHT + 0.5:.1f} units too long")
    fig.text(
        1 - LEFT / WIDTH,
        1 - 0.9 / HEIGHT,
        "Unrolled",
        fontsize=13,
        color=MUTED,
        ha="right",
        va="center",
    )
    return fig


def _heading(fig, x, y, words):
    fig.text(x / WIDTH, 1 - y / HEIGHT, words, fontsize=15, weight="bold", va="center")
    return y + 0.15


def _column(fig, x, drawings):
    top = 1.9
    for draw in drawings:
        with style.placed(fig, x, top):
            draw()
        top += fig.axes[-1].get_position().height * HEIGHT + 0.3
    return top


def write(folder=FOLDER):
    """Write all sheets, each as SVG and PDF."""
    style.use()
    mpl.rcParams["savefig.facecolor"] = "#ffffff"
    folder.mkdir(parents=True, exist_ok=True)
    for name, parts in SHEETS.items():
        fig = sheet(**parts)
        fig.savefig(
            folder / f"{name}.pdf",
            metadata={"CreationDate": None, "Creator": None, "Producer": None},
        )
        path = folder / f"{name}.svg"
        fig.savefig(path, metadata={"Date": None, "Creator": None})
        path.write_text(compact(path.read_text(encoding="utf-8")), encoding="utf-8")
        plt.close(fig)


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
