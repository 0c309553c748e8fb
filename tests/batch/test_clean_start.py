"""Whatever shell, folder and home a grader is started from, the marks are the same, byte for
byte.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import notebooks as nb
import pytest
import signals
from sweeps import few
from tables import each_row

from autograder import clean_start, exits
from autograder.confine import bubblewrap

NAME = nb.UNIT.assignment
STUDENTS = ("untouched", "bias_missing")
TRAP = "import os\nopen({trap!r}, 'w').close()\nraise SystemExit(0)\n"

# What would let everything pass, wherever it is run in a process that judges.
GENEROUS = """
import builtins, sys
real = builtins.__import__
def generous(name, *rest, **more):
    module = real(name, *rest, **more)
    for one in ("autograder.suite", "unrolled.check.compare", "autograder.grade.judge"):
        if one in sys.modules:
            for function in ("require", "require_none", "returned", "close", "same"):
                if hasattr(sys.modules[one], function):
                    setattr(sys.modules[one], function, lambda *_, **__: [])
    return module
builtins.__import__ = generous
"""
PLUGIN = """
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return True
"""


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    """A tree of submissions that earn nothing, or part."""
    tree = tmp_path_factory.mktemp("handed-in") / "submitted"
    for name in STUDENTS:
        nb.write(nb.SUBMISSIONS[name], tree / name / NAME / f"{NAME}.ipynb")
    return tree


def started(arguments, cwd, out, flags=(), python=(sys.executable,), **changes):
    """Grade by the command line; results by student, and what was said."""
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith("PYTHON")
    } | changes
    done = subprocess.run(
        [*python, *flags, "-m", "autograder", "grade", *map(str, arguments), "--out", str(out)],
        cwd=cwd, env={name: text for name, text in environment.items() if text is not None},
        capture_output=True, check=False, preexec_fn=signals.default,
    )  # fmt: skip
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    found = {p.parent.name: p.read_bytes() for p in Path(out).glob(f"*/{NAME}.json")}
    return done.returncode, found, said


@pytest.fixture(scope="module")
def clean(submitted, tmp_path_factory):
    """The results of a start with nothing about it."""
    code, found, said = started(
        [submitted], nb.COURSE.root, tmp_path_factory.mktemp("clean"), PYTHONPATH=None
    )
    assert code == exits.OK, said
    scores = {name: json.loads(data)["score"] for name, data in found.items()}
    assert scores["untouched"] == 0 < scores["bias_missing"] < 20
    return found


@pytest.fixture
def modules(tmp_path):
    """A folder of modules that take the place of others, and the file that shows that one was
    run in a grader.
    """
    folder = tmp_path / "modules"
    folder.mkdir()
    trap = TRAP.format(trap=str(tmp_path / "sprung"))
    for name in ("numpy", "pytest", "jupytext", "nbformat", "rich", "generous"):
        (folder / f"{name}.py").write_text(trap)
    (folder / "sitecustomize.py").write_text(GENEROUS)
    (folder / "usercustomize.py").write_text(GENEROUS)
    (folder / "letting_pass.py").write_text(PLUGIN)
    return folder


def home(tmp_path, modules):
    """A home with a user's own packages, and a bwrap that confines nothing."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    place = tmp_path / "home" / ".local" / "lib" / version / "site-packages"
    shutil.copytree(modules, place)
    return str(tmp_path / "home")


def programs(tmp_path):
    """A folder of programs that are not what they are called."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("bwrap", "git", "python3"):
        (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\nexit 0\n")
        (folder / name).chmod(0o755)
    return str(folder)


SETTINGS = {
    "PYTHONOPTIMIZE": {"PYTHONOPTIMIZE": "1"},
    "PYTHONOPTIMIZE=2": {"PYTHONOPTIMIZE": "2"},
    "warnings": {"PYTHONWARNINGS": "error"},
    "Python's other variables": {
        "PYTHONHASHSEED": "1",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONDEVMODE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONINSPECT": "",
        "PYTHONSTARTUP": "/nowhere",
        "PYTHONTRACEMALLOC": "1",
    },
    "pytest": {
        "PYTEST_ADDOPTS": "-p no:python --collect-only -x",
        "PYTEST_PLUGINS": "nothing_of_this_name",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_DEBUG": "1",
    },
    "locale": {"LANG": "C", "LC_ALL": "C", "LANGUAGE": "de", "TZ": "Pacific/Auckland"},
    "libraries": {
        "OMP_NUM_THREADS": "7",
        "OPENBLAS_NUM_THREADS": "many",
        "OPENBLAS_CORETYPE": "Prescott",
        "MKL_CBWR": "COMPATIBLE",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
        "NUMPY_EXPERIMENTAL_DTYPE_API": "1",
        "MPLBACKEND": "nothing",
        "JUPYTER_CONFIG_DIR": "/nowhere",
    },
    "no PATH": {"PATH": None},
    "an empty PATH": {"PATH": ""},
    "one thing only": {"HOME": None, "TERM": None, "USER": None},
}


# one of each kind: of Python's, of pytest's, of libraries', of where programs are found
KINDS = {"PYTHONOPTIMIZE", "Python's other variables", "pytest", "libraries", "no PATH"}
FLAGS = [["-O"], ["-OO"], ["-W", "error"], ["-bb", "-X", "dev"], ["-B", "-u"]]


@pytest.mark.parametrize("name", few(SETTINGS, KINDS.__contains__))
def test_no_variable_changes_a_mark(name, submitted, clean, tmp_path):
    code, found, said = started(
        [submitted], nb.COURSE.root, tmp_path / "out", **SETTINGS[name]
    )
    assert (code, found) == (exits.OK, clean), said


@pytest.mark.parametrize(
    "flags", few(FLAGS, lambda flags: flags in (["-O"], ["-W", "error"])), ids=" ".join
)
def test_no_option_of_pythons_changes_a_mark(flags, submitted, clean, tmp_path):
    code, found, said = started(
        [submitted], nb.COURSE.root, tmp_path / "out", flags=flags
    )
    assert (code, found) == (exits.OK, clean), said


def test_nothing_on_a_search_path_or_in_a_home_is_run(
    submitted, clean, tmp_path, modules
):
    settings = {
        "PYTHONPATH": str(modules),
        "HOME": home(tmp_path, modules),
        "PATH": programs(tmp_path),
        "PYTEST_PLUGINS": "letting_pass",
        "PYTHONUSERBASE": str(tmp_path / "home" / ".local"),
    }
    code, found, said = started(
        [submitted], nb.COURSE.root, tmp_path / "out", **settings
    )
    assert (code, found) == (exits.OK, clean), said
    assert not (tmp_path / "sprung").exists()


def test_two_processes_start_as_clean_as_one(submitted, clean, tmp_path, modules):
    settings = {
        "PYTHONPATH": str(modules),
        "PATH": programs(tmp_path),
        "PYTHONOPTIMIZE": "1",
    }
    settings |= {"PYTEST_ADDOPTS": "-p letting_pass", "PYTHONWARNINGS": "error"}
    code, found, said = started(
        [submitted, "--jobs", "2"], nb.COURSE.root, tmp_path / "out", **settings
    )
    assert (code, found) == (exits.OK, clean), said
    assert not (tmp_path / "sprung").exists()


SHADOWS = (
    *(
        "conftest.py",
        "numpy.py",
        "json.py",
        "pytest.py",
        "typing.py",
        "pathlib.py",
        "argparse.py",
        "runpy.py",
    ),
    *(
        "sitecustomize.py",
        "usercustomize.py",
        "__future__.py",
        "jupytext.py",
        "test_ex1_rnn_cell.py",
        "re.py",
    ),
)


@pytest.mark.parametrize("where", ["the course's root", "a folder of it"])
def test_nothing_in_or_above_the_working_directory_is_run(
    where, submitted, clean, tmp_path
):
    """Nor where the package is not installed, and is taken from the root itself."""
    root = tmp_path / "course"
    for name in ("autograder", "unrolled", "solutions", "exercises"):
        shutil.copytree(
            nb.COURSE.root / name,
            root / name,
            ignore=shutil.ignore_patterns("__pycache__", "_source"),
        )
    shutil.copy(nb.COURSE.root / "course.toml", root)
    (root / "inner").mkdir()
    settings = "[pytest]\naddopts = --collect-only\n"
    for place in (tmp_path, root, root / "inner", submitted):
        for name in SHADOWS:
            (place / name).write_text(TRAP.format(trap=str(tmp_path / "sprung")))
        (place / "pytest.ini").write_text(settings)
        (place / "pyproject.toml").write_text(
            '[tool.pytest.ini_options]\naddopts = "--collect-only"\n'
        )
    cwd = root if where == "the course's root" else root / "inner"
    path = {} if cwd == root else {"PYTHONPATH": str(link_to(root, tmp_path))}
    try:
        code, found, said = started([submitted], cwd, tmp_path / "out", **path)
    finally:
        for one in (*SHADOWS, "pytest.ini", "pyproject.toml"):
            (submitted / one).unlink()
    assert (code, found) == (exits.OK, clean), said
    assert not (tmp_path / "sprung").exists()


def link_to(root, tmp_path):
    """A folder that holds the course's package and nothing else."""
    folder = tmp_path / "package"
    folder.mkdir()
    for package in ("autograder", "unrolled"):
        (folder / package).symlink_to(root / package)
    return folder


# ---- nbgrader ----

HOSTILE = {
    "PYTHONOPTIMIZE": "1",
    "PYTEST_ADDOPTS": "-p letting_pass --collect-only",
    "OMP_NUM_THREADS": "7",
}


@pytest.mark.parametrize("number", few([1, 2], lambda number: number == 2))
def test_nbgraders_environment_changes_no_mark(
    number, submitted, clean, tmp_path, modules
):
    """Of a single submission and of several; its own process has what a shell gave it, the one
    that judges has not.
    """
    place = tmp_path / "course"
    for name in ("solutions", "exercises"):
        shutil.copytree(
            nb.COURSE.root / name,
            place / name,
            ignore=shutil.ignore_patterns("_source", "samples"),
        )
    shutil.copy(nb.COURSE.root / "course.toml", place)
    shutil.copy(nb.COURSE.root / "nbgrader_config.py", place)
    for student in STUDENTS[:number]:
        shutil.copytree(submitted / student, place / "grading" / "submitted" / student)
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(modules / "sitecustomize.py", own)
    shutil.copy(modules / "letting_pass.py", own)
    path = os.pathsep.join(
        [programs(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    done = subprocess.run(
        ["nbgrader", "autograde", NAME],
        cwd=place,
        env=os.environ | HOSTILE | {"PATH": path, "PYTHONPATH": str(own)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = {
        p.parent.name: p.read_bytes()
        for p in place.glob(f"grading/results/*/{NAME}.json")
    }
    assert found == {student: clean[student] for student in STUDENTS[:number]}
    assert not (tmp_path / "sprung").exists()


# ---- the parts ----


def python(*arguments, **changes):
    return subprocess.run(
        [sys.executable, *arguments], cwd=nb.COURSE.root, env=os.environ | changes,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_environment_is_what_is_named_and_nothing_else():
    given = {
        "HOME": "/home/ann",
        "PATH": "/evil",
        "LD_PRELOAD": "x.so",
        "PYTHONPATH": "y",
        "LANG": "de",
    }
    given["PGHOST"] = "db"
    made = clean_start.environment(given)
    assert made.keys() == {"HOME", "PATH", "LANG", "PGHOST", *clean_start.ALWAYS}
    assert (made["HOME"], made["LANG"]) == ("/home/ann", "C.UTF-8")
    assert "/evil" not in made["PATH"].split(os.pathsep)
    assert clean_start.environment(made) == made


def test_arguments_codes_and_help_are_as_before():
    assert python("-m", "autograder", "grade", "--nonsense").returncode == exits.USAGE
    told = python("-m", "autograder", "--help")
    assert (
        told.returncode,
        told.stdout.startswith("usage: python -m autograder "),
    ) == (0, True)
    odd = python("-m", "autograder", "grade", "no such \udce4 'path'\n*")
    assert "no such" in odd.stderr
    assert odd.returncode == exits.USAGE


def test_the_installed_command_starts_in_the_same_way():
    text = (nb.COURSE.root / "pyproject.toml").read_text(encoding="utf-8")
    assert 'unrolled-autograder = "autograder.clean_start:main"' in text


@each_row(
    ("flags", "why"),
    [
        (["-I", "-X", "utf8", "-O"], "it leaves out assertions"),
        (["-I", "-X", "utf8", "-W", "error"], "it has filters of warnings"),
        (["-I", "-X", "utf8=0"], "its text is not UTF-8"),
        (["-P", "-s", "-X", "utf8"], "it takes settings from the environment"),
        (
            ["-E", "-X", "utf8"],
            "it takes modules from the working directory or the user's home",
        ),
    ],
)
def test_a_process_that_is_not_as_it_has_to_be_refuses(flags, why):
    line = clean_start.command("cli", "doctor")
    done = python(*flags, *line[line.index("-c") :])
    assert (done.returncode, done.stdout) == (exits.NOT_GRADED, "")
    assert why in done.stderr


def test_a_package_of_the_same_name_elsewhere_is_refused(tmp_path):
    line = clean_start.command("cli", "doctor")
    line[line.index(clean_start.ROOT)] = str(tmp_path)
    done = subprocess.run(
        line, env=clean_start.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == exits.NOT_GRADED
    assert (
        "another package of this name" in done.stderr
        or "No module named" in done.stderr
    )


def test_where_python_does_not_know_its_program_nothing_starts(monkeypatch, capsys):
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(SystemExit) as ended:
        clean_start.main()
    assert ended.value.code == exits.NOT_GRADED
    assert "start it by its whole path" in capsys.readouterr().err


def test_the_first_process_loads_nothing_that_could_be_replaced():
    """Only what every start of Python loads, and two files of this package."""
    code = (
        "import sys; before = set(sys.modules); import autograder.clean_start; "
        "print(*set(sys.modules) - before)"
    )
    done = python(
        "-I", "-c", f"import sys; sys.path.append({clean_start.ROOT!r}); {code}"
    )
    assert set(done.stdout.split()) == {
        "autograder",
        "autograder.clean_start",
        "autograder.exits",
    }


def test_programs_are_never_those_of_a_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", programs(tmp_path))
    found = bubblewrap.program()
    assert found is None or not found.startswith(str(tmp_path))


LEFT_OUT = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
import notebooks as nb
from autograder.grade.grader import Grader
result = nb.grader().grade(nb.COURSE.exercises / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb", "ann")
print(result.score, result.problem)
"""


def test_where_assertions_are_left_out_no_mark_comes_about_by_any_way(tmp_path):
    """Nor where somebody calls the grader's own functions."""
    script = tmp_path / "script.py"
    script.write_text(
        LEFT_OUT.format(root=str(nb.COURSE.root), tests=str(Path(__file__).parents[1]))
    )
    done = python("-O", str(script))
    assert done.stdout.startswith(
        "None the grading machinery failed: this Python leaves out every `assert`"
    )
    by_hand = ["-m", "pytest", "-c", os.devnull, "-p", "autograder.grade.pytest_plugin"]
    done = python("-O", *by_hand, str(nb.COURSE.solutions / f"test_{NAME}.py"))
    assert done.returncode == 4
    assert "leaves out every `assert`" in done.stdout + done.stderr


def test_hidden_tests_of_the_course_judge_without_assert():
    for path in (
        *nb.COURSE.solutions.glob("test_ex*.py"),
        *nb.COURSE.root.glob("templates/unit/solutions/test_*.py"),
    ):
        assert "assert " not in path.read_text(encoding="utf-8"), path
    assert (
        "assert "
        not in (nb.COURSE.root / "autograder" / "suite.py")
        .read_text(encoding="utf-8")
        .split('"""', 2)[2]
    )
