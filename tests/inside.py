"""The modules that run in the confinement, loaded into this process: what they make of cells."""

import importlib
import sys

import pytest

from autograder.grade import input_rules
from autograder.grade.worker_files import FILES


@pytest.fixture(scope="module")
def inside():
    """The modules as the worker's own interpreter loads them, beside each other."""
    with pytest.MonkeyPatch.context() as patch:
        names = [file.stem for file in FILES]
        for name in names:
            patch.delitem(sys.modules, name, raising=False)
        for folder in {file.parent for file in FILES}:
            patch.syspath_prepend(str(folder))
        modules = {name: importlib.import_module(name) for name in names}
        yield modules
        for loop in modules["loading"].event_loops:
            loop.close()


@pytest.fixture
def loads(inside, tmp_path):
    """Load cells; the worker after it, and its last message."""

    def loads(*cells, given=(), serve=(), **plan):
        with open(tmp_path / "said", "w+b") as said:
            one = inside["worker"].Worker(-1, said.fileno())
            read = input_rules.read([(str(i), text) for i, text in enumerate(cells, 1)])
            mine = [(cell.id, cell.text, cell.python) for cell in read if cell.run]
            one.load(list(given), mine, serve, inside["loading"].LoadingPlan(plan))
            said.seek(0)
            messages = list(frames(inside["wire"], said.read()))
        assert messages[-1]["op"] == "loaded"
        return one, messages[-1]

    return loads


def read(cells):
    """Cells as the trusted side hands them over."""
    return [(cell.id, cell.text, cell.python) for cell in input_rules.read(cells)]


def frames(wire, data):
    while data:
        header, body = wire.frame_sizes(data[:16], 2**30)
        yield wire.unpack(
            data[16 : 16 + header], data[16 + header : 16 + header + body]
        )[0]
        data = data[16 + header + body :]
