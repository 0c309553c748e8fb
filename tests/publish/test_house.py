"""The map in CONTRIBUTING names the folders that there are, and imports go only upwards in it."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("unrolled", "autograder")
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINE = re.compile(r"^( *)(\w+)/(?: +(public|secret|paths|marks) +\S.*)?$", re.MULTILINE)
# the names at the top that a room may import: they stand on nothing, or on the standard library
FOR_ALL = {"autograder.exits", "autograder.clean_start"}


def mapped():
    """Rooms of the map in its order, as paths, with what each may know; None for a house."""
    block = GUIDE.split("```")[1]
    rooms, house = {}, ""
    for indent, name, knows in LINE.findall(block):
        house = house if indent else name
        rooms[f"{house}/{name}" if indent else name] = knows or None
    return rooms


def modules():
    """Modules of both packages by their names, with their paths."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def executed(node):
    """Statements of a module that run in it, not for types alone."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING":
            continue
        yield inner
        yield from executed(inner)


def imported(name, path):
    """Names of our own modules that a module imports, anywhere in it."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in executed(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")
                above = above[: len(above) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            inside = [f"{base}.{alias.name}" for alias in node.names]
            yield from (full if full in MODULES else base for full in inside)


@cache
def imports():
    """What of our own each module imports."""
    return {
        name: set(imported(name, path)) & MODULES.keys() - {name}
        for name, path in MODULES.items()
    }


def room(module):
    """The room that a module lies in; None for what lies at the top of `autograder`."""
    folder = MODULES[module].parent.relative_to(ROOT).as_posix()
    if folder.startswith("unrolled"):
        return "unrolled"  # one room: the check asks the contract, and is asked
    return None if folder == "autograder" else folder


def test_the_map_names_the_folders_that_there_are():
    folders = {MODULES[name].parent.relative_to(ROOT).as_posix() for name in MODULES}
    assert set(mapped()) == folders


def test_each_room_says_what_it_may_know():
    unsaid = {name for name, knows in mapped().items() if knows is None}
    assert unsaid == {"autograder"}


def test_the_rest_of_the_tree_is_named_beside_the_map():
    named = set(
        re.findall(r"`(\w+)/`", GUIDE.partition("Beside them")[2].partition("\n## ")[0])
    )
    there = {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert named <= there
    assert {
        "book",
        "exercises",
        "experiments",
        "solutions",
        "templates",
        "tests",
        "tools",
    } <= named


def test_rooms_import_only_from_rooms_above_them():
    floors = {name: floor for floor, name in enumerate(mapped())}
    wrong = []
    for module, others in imports().items():
        here = room(module)
        for other in others:
            there = room(other)
            if here is None or here == there:
                continue
            allowed = (
                other in FOR_ALL if there is None else floors[there] < floors[here]
            )
            if other != "autograder" and not allowed:
                wrong.append(f"{module} imports {other}")
    assert wrong == []


def test_the_public_rooms_import_no_secret():
    known = {name for name, knows in mapped().items() if knows == "public"}
    for module, others in imports().items():
        if room(module) in known:
            assert {room(other) for other in others} <= known


def test_no_module_imports_itself_by_a_way_round():
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_the_paths_in_the_guide_are_there():
    named = re.findall(
        r"`((?:autograder|unrolled|book|tests|tools|templates|experiments)/[\w./-]*)`",
        GUIDE,
    )
    assert len(named) > 8
    missing = {name for name in named if not (ROOT / name).exists()} - {
        "book/chN_name.md"
    }
    assert {name for name in missing if "N_" not in name} == set()
