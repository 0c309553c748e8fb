"""What students import, and what the worker runs, need numpy and the standard library only."""

import ast
import sys
from pathlib import Path

from tables import each_row

import unrolled
from autograder.grade.worker_files import FILES

PACKAGE = Path(unrolled.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
ANYWHERE = {"numpy", *sys.stdlib_module_names}
BY_NAME = ("__import__", "import_module")  # calls that would import unseen


def imported(text):
    """Names of the outermost packages that a module imports, also within a function."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level or node.module.partition(".")[0]
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in BY_NAME:
                yield name


def name_in(package):
    return lambda path: str(path.relative_to(package))


@each_row("path", MODULES, name_in(PACKAGE))
def test_a_module_of_students_imports_its_own_package_and_numpy(path):
    own = {PACKAGE.name}
    if path.parent == PACKAGE:
        own.add(".")  # from beside itself, which is in the package
    assert set(imported(path.read_text(encoding="utf-8"))) <= ANYWHERE | own


@each_row("path", FILES, ids=lambda path: path.name)
def test_a_file_of_the_worker_imports_those_beside_it_and_numpy(path):
    beside = {file.stem for file in FILES}
    found = set(imported(path.read_text(encoding="utf-8")))
    if path.name == "first_line.py":  # which finds the course's modules beside itself
        found.discard("import_module")
    assert found <= ANYWHERE | beside | {PACKAGE.name}


@each_row("path", FILES, ids=lambda path: path.name)
def test_what_a_file_of_the_worker_imports_of_the_course_lies_beside_it(path):
    beside = {file.stem for file in FILES}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = [
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    ]
    ours = [one for one in modules if one.partition(".")[0] == PACKAGE.name]
    assert {one.rpartition(".")[2] for one in ours} <= beside


@each_row(
    ("text", "names"),
    [
        ("import autograder.unit as u", {"autograder"}),
        ("def f():\n    from scipy.special import expit", {"scipy"}),
        ("from . import wire", {"."}),
        ("from ..autograder import unit", {".."}),
        ("try:\n    import torch\nexcept ImportError:\n    pass", {"torch"}),
        ("import importlib\nimportlib.import_module('x')", {"importlib", *BY_NAME[1:]}),
        ("m = __import__('x')", {"__import__"}),
    ],
)
def test_no_import_is_overlooked(text, names):
    assert set(imported(text)) == names


def test_there_are_modules_to_look_at():
    assert {"notebook_check.py", "wire.py"} <= {path.name for path in MODULES}
