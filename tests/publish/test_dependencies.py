"""Dependencies are named in pyproject.toml, and every other list of them is made from it."""

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from autograder.publish.dependencies import package_name, requirements_of
from autograder.unit.course import CourseError

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
EXTRAS = PROJECT["optional-dependencies"]
PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", re.MULTILINE)


def named():
    """Requirements of the package and of all its extras."""
    return {one for extra in EXTRAS for one in requirements_of(ROOT, extra)}


def pinned(name):
    """Names and versions in a list that the locking tool has written."""
    return set(PINNED.findall((ROOT / name).read_text(encoding="utf-8")))


def test_an_extra_brings_what_the_package_needs_and_the_extras_in_it():
    found = requirements_of(ROOT, "student")
    assert list(map(package_name, found)) == ["numpy", "jupyterlab"]
    assert "matplotlib" in map(package_name, requirements_of(ROOT, "book"))


def test_an_extra_that_there_is_not_is_told():
    with pytest.raises(CourseError, match="no extra 'studnet'"):
        requirements_of(ROOT, "studnet")


def test_a_requirement_without_a_name_is_told():
    with pytest.raises(CourseError, match="no package"):
        package_name("[binary]>=3")


def test_each_package_is_bound_in_one_place():
    everywhere = [*PROJECT["dependencies"], *chain.from_iterable(EXTRAS.values())]
    ours = [one for one in everywhere if not one.startswith(PROJECT["name"])]
    assert len(set(map(package_name, ours))) == len(ours)


def test_every_bound_has_a_reason_beside_it():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = re.findall(
        r'^  "(?!unrolled-)[^"]*",.*$', text.split("[project.scripts]")[0], re.M
    )
    assert len(lines) == len(named())
    assert [line for line in lines if " # " not in line] == []


def test_requirements_txt_has_what_is_named_in_the_versions_of_the_lock():
    short = pinned("requirements.txt")
    assert {name for name, _ in short} == set(map(package_name, named()))
    assert short <= pinned("requirements.lock")


def test_no_other_file_bounds_a_package():
    files = subprocess.run(
        ["git", "ls-files", "*.txt", "*.toml", "*.yml", "*.cfg", "Containerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    names = "|".join(map(package_name, named()))
    bound = re.compile(rf"\b(?:{names})(?:\[\w+\])?(?:[<>~]=|==|<)[\d.]+")
    ours = {"pyproject.toml", "requirements.txt", "requirements.lock"}
    bounding = {
        name
        for name in set(files) - ours
        if bound.search((ROOT / name).read_text(encoding="utf-8"))
    }
    assert bounding == set()
