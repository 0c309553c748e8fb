"""The modules that run in the confinement, loaded into this process: what they make of cells."""

import importlib
import sys
from pathlib import Path

import pytest

import autograder
from autograder import jupyter
from autograder.client import INSIDE

FOLDER = Path(autograder.__file__).parent


@pytest.fixture(scope="module")
def inside():
    """The modules as the worker's own interpreter loads them, beside each other."""
    with pytest.MonkeyPatch.context() as patch:
        for name in INSIDE:
            patch.delitem(sys.modules, name, raising=False)
        patch.syspath_prepend(str(FOLDER))
        modules = {name: importlib.import_module(name) for name in INSIDE}
        yield modules
        for loop in modules["loading"].event_loops:
            loop.close()


@pytest.fixture
def loads(inside, tmp_path):
    """Load cells; the worker after it, and its last message."""

    def loads(*cells, given=(), serve=(), **plan):
        with open(tmp_path / "said", "w+b") as said:
            one = inside["worker"].Worker(-1, said.fileno())
            read = jupyter.read([(str(i), text) for i, text in enumerate(cells, 1)])
            mine = [(cell.id, cell.text, cell.python) for cell in read if cell.run]
            one.load(list(given), mine, serve, inside["loading"].Plan(plan))
            said.seek(0)
            messages = list(frames(inside["wire"], said.read()))
        assert messages[-1]["op"] == "loaded"
        return one, messages[-1]

    return loads


def read(cells):
    """Cells as the trusted side hands them over."""
    return [(cell.id, cell.text, cell.python) for cell in jupyter.read(cells)]


def frames(wire, data):
    while data:
        header, body = wire.sizes(data[:16], 2**30)
        yield wire.unpack(data[16 : 16 + header], data[16 + header : 16 + header + body])[0]
        data = data[16 + header + body :]
