"""How the code is written that people read and learn from, where no linter asks for it."""

import ast
import importlib.machinery
import importlib.util
import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("autograder", "unrolled")
FOLDERS = (*PACKAGES, "experiments", "book/figures", "book/_ext")
LONGEST = 45  # lines of a function, its docstring not counted
MANY = 3  # arguments of a function that has to say what each is
COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def trees(folders):
    """The files of folders, as they are parsed, with how they are called."""
    for path in chain(*(sorted((ROOT / folder).rglob("*.py")) for folder in folders)):
        text = path.read_text(encoding="utf-8")
        if not text.startswith("%") and "\n%matplotlib" not in text:
            yield path.relative_to(ROOT).as_posix(), ast.parse(text)


def places(folders, is_wrong):
    """Where in the files something is that should not be."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(folders)
        for node in ast.walk(tree)
        if is_wrong(node)
    ]


def is_wide_ternary(node):
    """Whether it is a ternary of several lines, or one within another."""
    if not isinstance(node, ast.IfExp):
        return False
    inner = isinstance(node.body, ast.IfExp) or isinstance(node.orelse, ast.IfExp)
    return inner or node.end_lineno > node.lineno


def has_condition(node):
    return isinstance(node, COMPREHENSION) and any(g.ifs for g in node.generators)


def is_nested_comprehension(node):
    """Whether a comprehension holds another one that has a condition."""
    if not isinstance(node, COMPREHENSION):
        return False
    return any(has_condition(inner) for inner in ast.walk(node) if inner is not node)


def metrics():
    """The program that counts lines and ways, as a module."""
    path = str(ROOT / "tools" / "metrics")
    loader = importlib.machinery.SourceFileLoader("metrics", path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("metrics", loader)
    )
    loader.exec_module(module)
    return module


def is_long(node):
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    tool = metrics()
    return len(tool.lines_of(node)) - len(tool.docstring_of(node)) > LONGEST


def public_functions(tree):
    """Functions of a module, and methods of its classes, whose names others may use."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node)


def arguments(function):
    every = function.args
    names = [one.arg for one in (*every.posonlyargs, *every.args, *every.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def says_parameters(function):
    """Whether a docstring lists the parameters, or says where they are listed."""
    text = ast.get_docstring(function) or ""
    elsewhere = re.search(r"[Pp]arameters [a-z ]*as for `", " ".join(text.split()))
    return "Parameters\n----" in text or elsewhere is not None


WRONG = {
    "a = (1 if b\n else 2)": is_wide_ternary,
    "a = 1 if b else 2 if c else 3": is_wide_ternary,
    "a = [[b for b in c if b] for c in d]": is_nested_comprehension,
    "def a():\n" + "    b = 1\n" * LONGEST: is_long,
}
RIGHT = {
    "a = 1 if b else 2": is_wide_ternary,
    "a = [b for b in c if b]": is_nested_comprehension,
    "def a():\n" + "    b = 1\n" * (LONGEST - 1): is_long,
}


@pytest.mark.parametrize("texts", [WRONG, RIGHT], ids=["wrong", "right"])
def test_what_is_wrong_would_be_seen(texts, subtests):
    for text, is_wrong in texts.items():
        with subtests.test(text[:40]):
            found = [node for node in ast.walk(ast.parse(text)) if is_wrong(node)]
            assert bool(found) is (texts is WRONG)


def test_a_ternary_stands_on_one_line_and_in_no_other():
    assert places(FOLDERS, is_wide_ternary) == []


def test_no_comprehension_has_a_condition_within_another():
    assert places(FOLDERS, is_nested_comprehension) == []


def test_no_function_is_longer_than_a_screen():
    assert places((*PACKAGES, "experiments", "book/_ext"), is_long) == []


def test_functions_of_many_arguments_say_what_each_is():
    silent = [
        f"{name}:{function.lineno} {function.name}"
        for name, tree in trees(PACKAGES)
        for function in public_functions(tree)
        if len(arguments(function)) >= MANY and not says_parameters(function)
    ]
    assert silent == []
