"""The pages for instructors: each command on them is one that there is; settings, points and
names are the course's.
"""

import argparse
import importlib.machinery
import importlib.util
import os
import re
import shlex
import tomllib
from pathlib import Path

from nbgrader.apps import NbGraderApp
from own_settings import SETTINGS
from tables import each_row

from autograder import cli
from autograder.unit.course import Course
from autograder.unit.lateness import Rules
from autograder.unit.source import read_cells
from autograder.unit.unit import load

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
WRITTEN = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
PAGES = sorted((ROOT / "book").glob("teach_*.md"))
TEXTS = [*PAGES, *ROOT.glob("templates/*/README.md")]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
BINARIES = ("/opt/unrolled/bin/pip", "/opt/unrolled/bin/jupyter")
SYSTEMS = {  # programs that are not ours, with the words that may follow
    "git": {"init", "remote", "add", "commit", "push"},
    "podman": {"build", "run"},
    "jupyter": {"lab"},
    "dask": {"scheduler", "worker"},
    "sudo": {
        "sysctl",
        "python3",
        "mkdir",
        "chmod",
        "useradd",
        "npm",
        "sh",
        "env",
        *BINARIES,
    },
    "source": {".venv/bin/activate"},
    "chmod": {"700"},
    "cp": {"-r"},
    "cd": {"solutions", "..", "../unrolled-exercises"},
    "ls": {"/home/grader/unrolled"},
}


def commands(path):
    """Commands of a page's console blocks, and those that stand alone in a README's block."""
    blocks = BLOCK.findall(path.read_text(encoding="utf-8"))
    return [
        line[2:]
        for kind, text in blocks
        if kind == "console"
        for line in text.splitlines()
        if line.startswith("$ ")
    ]


def tool(name):
    loader = importlib.machinery.SourceFileLoader(
        f"tool_{name}", str(ROOT / "tools" / name)
    )
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(loader.name, loader)
    )
    loader.exec_module(module)
    return module


def parsed(parser: argparse.ArgumentParser, words, capsys):
    """What a parser says against these words; nothing if it takes them."""
    try:
        parser.parse_args(words)
    except SystemExit as end:
        return "" if end.code == 0 else capsys.readouterr().err
    return ""


def against(command, capsys):
    """What is wrong with a command; nothing if it is one that there is."""
    words = shlex.split(command)
    if words[:2] == ["sudo", ".venv/bin/python"]:  # one of our tools, as root
        return against(shlex.join(words[2:]), capsys)
    if words[0].startswith((".venv/bin/", "/opt/unrolled/bin/")):
        words[0] = Path(words[0]).name
    if words[:3] == ["python", "-m", "pip"]:
        return "" if words[3:4] == ["install"] else f"pip {words[3:]} was not looked at"
    if words[:3] == ["python", "-m", "autograder"]:
        return parsed(cli.parser(words[3:]), words[3:], capsys)
    if words[:3] == ["python", "-m", "pytest"]:
        missing = [
            w for w in words[3:] if w.startswith("tests/") and not (ROOT / w).is_file()
        ]
        return f"not there: {missing}" if missing else ""
    if words[0] == "make":
        targets = re.findall(
            r"^([a-z-]+): .*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M
        )
        return "" if words[1] in targets else f"no target {words[1]}"
    if words[0] == "nbgrader":
        exercises = [w for w in words[2:] if w not in COURSE.assignments]
        return (
            f"nbgrader does not know {words[1:]}"
            if words[1] not in NbGraderApp.subcommands or exercises
            else ""
        )
    if words[0].startswith("tools/"):
        program = ROOT / words[0]
        if not os.access(program, os.X_OK):
            return f"no program {program}"
        return (
            parsed(tool(program.name).parser(), words[1:], capsys)
            if len(words) > 2
            else ""
        )
    if words[0] in SYSTEMS:
        return "" if words[1] in SYSTEMS[words[0]] else f"{words[1]} was not looked at"
    return f"{words[0]} was not looked at"


ALL = [(path.stem, command) for path in PAGES for command in commands(path)]


def test_each_page_has_commands():
    assert {page for page, _ in ALL} == {path.stem for path in PAGES}
    assert len(ALL) > 50


@each_row(("page", "command"), ALL, ids=[f"{page}-{command}" for page, command in ALL])
def test_a_command_is_one_that_there_is(page, command, capsys):
    assert against(command, capsys) == ""


@each_row(
    "command",
    [
        "python -m autograder grad x",
        "python -m autograder grade",
        "python -m autograder report word results",
        "make curse",
        "nbgrader autogrouse ex1_rnn_cell",
        "nbgrader autograde ex1",
        "tools/nothing x",
        "tools/class_repositories fetch ORGANISATION",
        "python -m pytest tests/test_nothing.py",
        "git fork",
        "rm -rf x",
    ],
)
def test_one_that_there_is_not_would_be_seen(command, capsys):
    assert against(command, capsys)


@each_row("path", PAGES, ids=lambda path: path.stem)
def test_settings_on_a_page_are_those_of_the_course(path):
    for kind, text in BLOCK.findall(path.read_text(encoding="utf-8")):
        if kind == "toml":
            for table, settings in tomllib.loads(text).items():
                assert table in WRITTEN, table
                if table not in (
                    "opens",
                    "due",
                    "extensions",
                ):  # whose keys are exercises and students
                    assert set(settings) <= set(WRITTEN[table]), table


def test_the_example_of_lateness_is_reckoned_right():
    text = (ROOT / "book" / "teach_adapt.md").read_text(encoding="utf-8")
    block = next(
        body
        for kind, body in BLOCK.findall(text)
        if kind == "toml" and "[late]" in body
    )
    left = 18 - Rules(**tomllib.loads(block)["late"]).penalty(18, 30 * 3600)
    assert f"18 of 20 points handed in 30 hours late are {left:g}:" in text


def test_the_plan_of_a_term_has_each_exercise_with_its_points_and_hours():
    text = (ROOT / "book" / "teach_adopt.md").read_text(encoding="utf-8")
    text = text.replace("\u00a0", " ").replace("\u2060", "")  # what keeps it on a line
    rows = re.findall(
        r"^\| [\d–]+ \| \{doc\}`\w+` \| `(\w+)` \| (\d?[¼½¾]?) \| (\d+)(?: \+ (\d+))? \|$",
        text,
        re.M,
    )
    # an instructor's own ninth unit has a plan of its own
    assert [name for name, *_ in rows] == list(WRITTEN["minutes"])
    hours = {"": 0, "¼": 0.25, "½": 0.5, "¾": 0.75}
    for name, time, machine, hand in rows:
        unit = load(name, COURSE)
        written = sum(
            float(c.points or 0)
            for c in read_cells(COURSE.source(name))
            if c.role == "written"
        )
        assert (float(machine), float(hand or 0)) == (
            sum(unit.points.values()),
            written,
        ), name
        whole = float(re.match(r"\d*", time)[0] or 0)
        assert (whole + hours[re.sub(r"\d", "", time)]) * 60 == COURSE.settings.minutes[
            name
        ], name
    assert f"{sum(int(m) for _, _, m, _ in rows)} points by machine" in text
    assert f"and {sum(int(h or 0) for *_, h in rows)} by hand" in text


def test_every_file_and_folder_that_is_named_is_there():
    named = re.compile(r"`((?:templates|tests|tools|\.github|book)/[\w./-]+)`")
    public = ROOT / "templates" / "public-repository"
    found = {
        (path, name)
        for path in TEXTS
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    assert len(found) >= 5
    missing = [
        name
        for path, name in found
        if not any((p / name).exists() for p in (ROOT, public, path.parent))
    ]
    assert missing == []
