"""A reader's own function drives a figure that answers; or the page says what to solve first."""

import json

import numpy as np
import pytest
from book_fixtures import ROOT
from explorable import NETWORKS, computed, weights
from live_pages import LONG, READY, texts_of
from sweeps import sweep

from autograder.unit.samples import sample_notebook

SETTING = {
    "on": "noise",
    "g": 12,
    "rec": 1.0,
    "inp": 1.0,
    "loss": [3],
    "ca": 1,
    "cc": 1,
}
X = [[0.5], [-1.2], [0.75]]
PLAIN = "lstm_cell_forward"


@pytest.fixture
def driver(monkeypatch):
    """The page's Python of a figure, in this Python."""
    monkeypatch.syspath_prepend(ROOT / "book" / "live")
    import figure_driver

    return figure_driver


def asked(cell, right):
    """What a figure of this cell asks, with the numbers of the references."""
    keys = {
        "lstm": ("a", "c", "aPrev", "cPrev", "f", "i", "cc", "o"),
        "gru": ("a", "aPrev", "z", "r", "hh"),
        "plain": ("a", "aPrev"),
    }[cell]
    q = [
        {key: value[:, 0].tolist() for key, value in zip(keys, cache, strict=False)}
        for cache in right.caches
    ]
    parameters = {
        name: w.tolist() if name[0] == "W" else w[:, 0].tolist()
        for name, w in weights(cell, SETTING).items()
    }
    da = [[0, 0], [0, 0], [1, 0]]
    carry = {"a": 1, "c": 1}
    return {"x": X, "parameters": parameters, "da": da, "carry": carry, "q": q}


def lay(home, unit):
    """Lay an exercise with right functions in a folder."""
    folder = home / unit.assignment
    folder.mkdir()
    path = folder / f"{unit.assignment}.ipynb"
    path.write_text(json.dumps(sample_notebook(unit)))
    numbers = ROOT / "exercises" / unit.assignment / f"{unit.assignment}.npz"
    (folder / numbers.name).write_bytes(numbers.read_bytes())


@pytest.mark.parametrize(
    ("cell", "forward", "backward"),
    [
        ("plain", "ex1_rnn_cell", "ex2_rnn_backward"),
        ("lstm", "ex3_lstm_forward", "ex4_lstm_backward"),
        ("gru", "ex5_gru", "ex5_gru"),
    ],
)
def test_right_functions_give_the_references_numbers(
    driver, units, tmp_path, cell, forward, backward
):
    for name in {forward, backward}:
        lay(tmp_path, units[name])
    right = computed(cell, SETTING, X)
    what = asked(cell, right)
    name, prefix = ("rnn", "plain.") if cell == "plain" else (cell, "")
    ahead = driver.drive(tmp_path, forward, f"{name}_cell_forward", what)["steps"]
    for own, q in zip(ahead, what["q"], strict=True):
        expected = {f"{prefix}{key}": pytest.approx(v) for key, v in q.items()}
        assert own == expected
    back = driver.drive(tmp_path, backward, f"{name}_cell_backward", what)["steps"]
    for own, step, (da, _) in zip(back, right.steps, right.come, strict=True):
        near = {"daNext": da, "daPrev": step["da_prev"], "dx": step["dxt"]}
        near |= {f"dz{k[2:]}": v for k, v in step.items() if k.startswith("db")}
        for key, value in near.items():
            assert own[f"{prefix}{key}"] == pytest.approx(np.ravel(value)), key


class Chapter:
    """Chapter 3 with its figure, in a browser."""

    def __init__(self, page, host):
        self.page = page
        page.goto(f"{host}book/ch3_lstm_forward.html")
        page.wait_for_function(READY, timeout=LONG)
        self.figure = page.locator("#fig-ch3-steps")
        self.figure.scroll_into_view_if_needed()
        self.switch = self.figure.get_by_role(
            "switch", name="Drive it with my own function"
        )
        self.said = self.figure.locator(".live-said")

    def write(self, text):
        """Keep a function in this browser as the exercise's page does."""
        work = {"cells": {PLAIN: {"text": text, "at": 1}}, "own": [], "history": []}
        self.page.evaluate(
            "work => localStorage.setItem('unrolled / ex3_lstm_forward', work)",
            json.dumps(work),
        )

    def touch(self, words):
        """Touch the switch by the keyboard, wait for these words, and say whether it is on."""
        self.switch.press("Space")
        self.said.get_by_text(words).wait_for(timeout=LONG)
        return self.switch.get_attribute("aria-checked") == "true"

    def own(self):
        """The hidden states that came from the reader's function; None if none did."""
        return self.page.evaluate(
            "explorable.figures.get('fig-ch3-steps').own?.map(step => step.a) ?? null"
        )

    def marked(self):
        """The numbers that are marked as others than the figure's own."""
        tags = self.figure.locator(".xp-tag.differs")
        return set(tags.evaluate_all("all => all.map(e => e.dataset.of)"))


def only_here(text, line):
    """A right function with a line more, for weights of the figure's shape."""
    end = "    cache = (a_next,"
    assert end in text
    return text.replace(end, f"    if Wf.shape == (2, 7):\n        {line}\n{end}")


@sweep
def test_the_readers_function_drives_the_figure_and_its_faults_are_told(
    reader, host, units
):
    fetched = []
    page = reader.window()
    page.on("request", lambda request: fetched.append(request.url))
    chapter = Chapter(page, host)
    chapter.switch.wait_for(timeout=LONG)
    assert not [one for one in fetched if "pyodide" in one or "driver" in one]

    assert not chapter.touch("First write your")
    link = chapter.said.get_by_role("link", name="exercise 3")
    assert "/exercises/ex3_lstm_forward/" in link.get_attribute("href")
    assert chapter.own() is None

    text = texts_of(sample_notebook(units["ex3_lstm_forward"]))[PLAIN]
    chapter.write(text)
    assert chapter.touch("They agree with the figure's own at every step")
    setting = SETTING | {"on": "sentence"}
    right = computed("lstm", setting, NETWORKS["sentence"])
    found = np.array(chapter.own())
    expected = np.array([cache[0][:, 0] for cache in right.caches])
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert chapter.marked() == set()
    assert not chapter.touch("computes by itself again")

    # right where the check looks, and not with the figure's weights
    chapter.write(only_here(text, "a_next = a_next + 1"))
    assert chapter.touch("At 12 of 12 steps they differ")
    assert {"a", "aPrev"} <= chapter.marked()
    assert not chapter.touch("computes by itself again")
    assert chapter.marked() == set()

    chapter.write(only_here(text, "raise KeyError('mine')"))
    assert not chapter.touch("failed here with KeyError: 'mine'")
    assert chapter.own() is None
