"""Frames of `wire` through the worker's pipes."""

import os

import wire

LIMIT = 2**31  # bytes of a frame from the other side, which is trusted
PIECE = 2**20  # bytes that are read in one go


def read_frame(source, given=()):
    """Read one frame: first its sizes, then as many bytes as these say.

    Returns
    -------
    message : dict
    value : object
    """
    head = read_exactly(source, wire.HEAD.size)
    header_size, body_size = wire.frame_sizes(head, LIMIT)
    header = read_exactly(source, header_size)
    body = read_exactly(source, body_size)
    return wire.unpack(header, body, given)


def read_exactly(source, count):
    """Read so many bytes, or end with the other side."""
    parts = []
    while count:
        part = os.read(source, min(count, PIECE))
        if not part:
            # At once: no code of the notebook's may run on with nobody to watch it.
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def write_frame(sink, frame):
    """Write a frame whole: a pipe takes as much at a time as it has room for."""
    view = memoryview(frame)
    while view:
        view = view[os.write(sink, view) :]
