import os
import threading

import numpy as np
import pytest


@pytest.fixture
def ends():
    """The reading and the writing end of a pipe."""
    reading, writing = os.pipe()
    yield reading, writing
    for end in (reading, writing):
        os.close(end)


def test_a_frame_is_read_as_it_was_written_and_the_next_one_is_left(inside, ends):
    reading, writing = ends
    frames, wire = inside["frames"], inside["wire"]
    frames.write_frame(writing, wire.pack({"op": "call"}, (np.arange(3.0), "a")))
    frames.write_frame(writing, wire.pack({"op": "next"}))
    message, (array, text) = frames.read_frame(reading)
    assert (message["op"], array.tolist(), text) == ("call", [0, 1, 2], "a")
    assert frames.read_frame(reading)[0]["op"] == "next"


def test_what_does_not_fit_into_the_pipe_is_written_in_parts(inside, ends):
    reading, writing = ends
    frames, wire = inside["frames"], inside["wire"]
    large = np.arange(200_000.0)
    frame = wire.pack({"op": "call"}, large)
    speaker = threading.Thread(target=frames.write_frame, args=(writing, frame))
    speaker.start()
    _, array = frames.read_frame(reading)
    speaker.join()
    np.testing.assert_array_equal(array, large)


def test_it_ends_with_the_other_side(inside, monkeypatch):
    def end(status):
        raise SystemExit(status)

    reading, writing = os.pipe()
    os.write(writing, b"UN")
    os.close(writing)
    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(SystemExit) as ended:
        inside["frames"].read_frame(reading)
    os.close(reading)
    assert ended.value.code == 0
