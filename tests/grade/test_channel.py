import contextlib
import os
import threading
from dataclasses import replace

import numpy as np
import pytest
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.confine import Limits
from autograder.grade.client import Client, Loaded, MachineryError
from unrolled.check import wire
from unrolled.check.outcome import Lost, Raised, Returned

LIMITS = Limits(
    cell_seconds=2,
    call_seconds=1.5,
    loading_seconds=30,
    function_seconds=30,
    output_mb=4,
)


class Puppet:
    """A confinement without a process: pipes, and a thread that says what it is told to, then
    closes its end.

    From its second start on it behaves well and has no function.
    """

    name = "puppet"

    def __init__(self, said):
        self.said = said

    def start(self, files, argv, limits):
        (self.given, write), (read, self.mouth) = os.pipe(), os.pipe()
        self.reader, self.writer = os.fdopen(read, "rb", 0), os.fdopen(write, "wb", 0)
        self.speaker = threading.Thread(target=self.speak, args=[self.said])
        self.speaker.start()
        self.said = [
            READY,
            RUNNING.replace(b"c0", b"c1"),
            LOADED,
            *[wire.pack({"op": "missing"})] * 5,
        ]
        return self

    def speak(self, said):
        with contextlib.suppress(OSError), os.fdopen(self.mouth, "wb", 0) as mouth:
            for piece in said:
                mouth.write(piece)

    def wait(self, timeout):
        return None

    def starved(self):
        return 0.0

    def kill(self):
        self.reader.close()
        self.writer.close()
        self.speaker.join()
        os.close(self.given)


READY, RUNNING, LOADED = (
    wire.pack({"op": op, "cell": "c0"}) for op in ("ready", "running", "loaded")
)

TALK = LOADED + wire.pack({"op": "returned"}, (np.ones(2), (1,))) * 3

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.text(max_size=3)
    | st.sampled_from(["good", "inner"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)

KEYS = st.sampled_from(
    [
        "op",
        "cell",
        "name",
        "errors",
        "repairs",
        "kind",
        "text",
        "line",
        "named",
        "data",
        "unknown",
    ]
)

OPS = st.sampled_from(
    ["running", "loaded", "returned", "raised", "missing", "serve", "ready", "x"]
)

MESSAGES = st.builds(
    lambda d, op: d | {"op": op}, st.dictionaries(KEYS, PLAIN, max_size=6), OPS | PLAIN
)


def spoken(said, ready=True):
    """What calls come to with a worker that says this, whatever it is told."""
    limits = replace(
        LIMITS,
        call_seconds=0.2,
        cell_seconds=0.2,
        loading_seconds=0.6,
        function_seconds=0.6,
    )
    cells = [("c0", ""), ("c1", "")]
    with Client(
        Puppet([READY, RUNNING, *said] if ready else said), limits, [], cells
    ) as one:
        outcomes = [
            one.call("good", (1,), {"inner": lambda x: x}),
            one.call("f", (1, 2)),
        ]
        data, unknown = one.stray("good")
    assert all(isinstance(name, str) for name in data + unknown)
    assert isinstance(one.loaded, Loaded)
    return outcomes


FUZZ = cases(60)


@FUZZ
@given(
    st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=4),
    st.integers(0, 40),
)
def test_damaged_talk_comes_to_documented_outcomes(damages, cut):
    talk = bytearray(TALK[: len(TALK) - cut])
    for at, value in damages:
        talk[at % len(talk)] = value
    assert all(isinstance(o, Returned | Raised | Lost) for o in spoken([bytes(talk)]))


@FUZZ
@given(st.lists(st.tuples(MESSAGES, PLAIN), max_size=5), st.booleans())
def test_odd_messages_come_to_documented_outcomes(messages, loaded):
    said = [LOADED] * loaded + [
        wire.pack(message, value) for message, value in messages
    ]
    assert all(isinstance(o, Returned | Raised | Lost) for o in spoken(said))


def test_cells_without_end_are_not_waited_for():
    outcomes = spoken([RUNNING * 10_000])
    assert outcomes[0] == Lost(
        "missing", "there is no function `good` in the notebook"
    )  # of the next start


def test_the_puppet_can_say_what_is_right():
    outcomes = spoken(
        [
            LOADED,
            wire.pack({"op": "returned"}, (7, (1,))),
            wire.pack({"op": "raised", "kind": "ValueError"}),
        ]
    )
    assert outcomes == [Returned(7, (1,)), Raised("ValueError")]


@each_row("said", [b"", b"UNR1", b"x" * 40, wire.pack({"op": "loaded"})])
def test_a_worker_that_is_never_ready_is_the_machinerys(said):
    with pytest.raises(MachineryError):
        spoken([said], ready=False)


def test_bytes_in_drops_are_read_like_any_other():
    said = b"".join([LOADED, wire.pack({"op": "returned"}, (7, (1,)))])
    assert spoken([said[i : i + 1] for i in range(len(said))])[0] == Returned(7, (1,))
