"""Every attack, in every way of confinement: it gains no points, learns nothing, harms nobody,
ends in time.
"""

import re
from pathlib import Path

import pytest
from sweeps import few

from . import (
    carrying,
    files,
    network,
    oracle,
    patches,
    processes,
    protocol,
    reading,
    values,
)
from .attack import CELL, FORWARD
from .conftest import attack_notebook, children, ends_soon

THEMES = (
    reading,
    network,
    processes,
    files,
    protocol,
    values,
    patches,
    carrying,
    oracle,
)
NAMES = {
    attack: f"{theme.__name__.rpartition('.')[2]}-{attack.id}"
    for theme in THEMES
    for attack in theme.ATTACKS
}
WAYS = ("bubblewrap", "user")
CONFINED = (
    reading,
    network,
    processes,
    files,
)  # what depends on the way; elsewhere a third is tried in the second
AGAIN = {
    a
    for t in THEMES
    for i, a in enumerate(t.ATTACKS)
    if t in CONFINED or (i % 3 == 0 and not a.hangs)
}
# Of these, what `make test` tries in the second way, too.
OFTEN = {a for t in THEMES for a in [a for a in t.ATTACKS if a in AGAIN][::3]}
# Of those that go on until a limit of time ends them, what `make test` tries: one of a theme.
HANGING = {a for t in THEMES for a in [a for a in t.ATTACKS if a.hangs][:1]}
TRIED = [
    (attack, way)
    for attack in NAMES
    for way in WAYS
    if way == WAYS[0] or attack in AGAIN
]


CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
ALLOWED = f"{32 * 2**20} bytes"
LASTING = (
    "daemon",
    "write-outside",
    "state-between-workers",
    "numpy-comparisons",
    "stored-answers",
    "memory",
)
SCRATCH = ("/tmp", "/var/tmp", "/dev/shm", "/dev", "/run", "/", ".")


def is_often(attack, way):
    """Whether `make test` tries an attack in this way."""
    if attack.hangs:
        return attack in HANGING and way == WAYS[0]
    return way == WAYS[0] or attack in OFTEN


def assert_noted(seen, expected):
    """What the attack noted inside is what was expected, and it did note something."""
    named = set(expected) - {"*"}
    notes = [t for t in seen.told if isinstance(t, dict) and t and named <= set(t)]
    assert notes, (
        f"the attack did not run: {seen.told[:3]}, {[t.message for t in seen.result.tasks]}"
    )
    wrong = {
        k: v
        for k, v in notes[-1].items()
        if not re.fullmatch(expected.get(k, expected.get("*", ".*")), v)
    }
    assert wrong == {}, notes[-1]


@pytest.mark.parametrize(
    ("attack", "way"),
    few(TRIED, is_often),
    ids=[f"{NAMES[attack]}-{way}" for attack, way in TRIED],
)
def test_attack(attack, way, ground, grade, offered):
    offered(way)
    before, state = children(), ground.state()
    seen = grade(attack_notebook(ground, attack), way, hurried=attack.hangs)

    assert (seen.points(CELL), seen.points(FORWARD)) == attack.marks, seen.result.tasks
    assert re.fullmatch(attack.status, seen.status(CELL)), seen.result.tasks
    assert {
        kind for kind in seen.raised if not re.fullmatch(attack.raises, kind)
    } == set(), "it did something else"
    if attack.told:
        assert_noted(seen, attack.told)

    assert [secret for secret in ground.secrets if secret in seen.texts] == []
    for task in seen.result.tasks:
        assert not re.search(r"<(script|img)", task.html)
        assert not re.search(r"\d{6,}|\d\.\d{4,}", task.message.replace(ALLOWED, "")), (
            "a hidden number"
        )
        assert not CONTROL.search(task.message.replace("\n", " "))
        assert len(task.message) < 5000
        assert len(task.html) < 50_000
    assert not CONTROL.search(seen.texts.replace("\n", " "))

    assert ends_soon(before), "a process of the attack's runs on"
    assert ground.state() == state
    assert not [
        p for place in SCRATCH for p in Path(place).glob(f"{ground.places['mark']}*")
    ]
    assert seen.seconds < (40 if attack.hangs else 60)


@pytest.mark.filterwarnings("ignore:--sandbox none")
@pytest.mark.parametrize("attack", [a for a in NAMES if a.bare], ids=NAMES.get)
def test_attack_would_succeed_unconfined(attack, ground, grade):
    """Or the test above would say nothing about confinement."""
    seen = grade(attack_notebook(ground, attack), "none")
    assert_noted(seen, attack.bare)


@pytest.mark.parametrize("way", WAYS)
def test_next_submission_is_unaffected(way, ground, grade, offered):
    offered(way)
    right = ground.notebook(
        [(CELL, ground.right[CELL]), (FORWARD, ground.right[FORWARD])]
    )
    first = grade(right, way, "bob").result
    for attack in (a for theme in THEMES for a in theme.ATTACKS if a.id in LASTING):
        grade(attack_notebook(ground, attack), way)
    after = grade(right, way, "bob").result
    assert first.score == 20
    assert after == first
