"""Workflow files, ours and those that an instructor copies: valid by the vendor's schema, and
careful with secrets.
"""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from own_settings import put_settings
from sweeps import sweep
from tables import each_row

from autograder.publish.leaks import find_leaks
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [
        *ROOT.glob(".github/workflows/*.yml"),
        *ROOT.glob("templates/*/.github/workflows/*.yml"),
    ]
)
BIN = Path(sys.executable).parent
CLASS = ROOT / "templates" / "class-repository" / ".github" / "workflows" / "grade.yml"
TAGGED = re.compile(r"actions/[\w-]+@v\d+$")  # trusted: see .github/zizmor.yml
COMMIT = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
SECRET = re.compile(r"\$\{\{[^}]*\bsecrets\b[^}]*\}\}")
each = each_row("path", FILES, ids=lambda path: f"{path.parents[2].name}-{path.name}")


def read(path):
    """A workflow; YAML takes the key `on` for a truth value."""
    flow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in flow.items()}


def schema_says(path):
    command = [
        BIN / "check-jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        path,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def faults(flow):
    """What is against our rules in a workflow."""
    found = []
    allowed = flow.get("permissions")
    if not isinstance(allowed, dict):
        found.append("permissions are not set")
    elif "write" in allowed.values():
        found.append("every job may write")
    if "concurrency" not in flow:
        found.append("no concurrency")
    if {"pull_request_target", "workflow_run", "issue_comment"} & set(flow["on"]):
        found.append("a stranger's event runs with secrets")
    if SECRET.search(json.dumps(flow.get("env", {}))):
        found.append("a secret in the environment of all jobs")
    for name, job in flow["jobs"].items():
        found += [
            f"{name}: {text}"
            for text in _faults_of_job(job, "pull_request" in flow["on"])
        ]
    return found


def _faults_of_job(job, by_strangers):
    steps = job["steps"]
    secret = any(SECRET.search(json.dumps(step)) for step in steps)
    if not isinstance(job.get("timeout-minutes"), int):
        yield "no time limit"
    if re.search("latest", job["runs-on"]):
        yield "the system is not pinned"
    if SECRET.search(json.dumps(job.get("env", {}))):
        yield "a secret in the environment of all steps"
    if (
        secret
        and by_strangers
        and "github.event_name != 'pull_request'" not in str(job.get("if"))
    ):
        yield "a pull request reaches a secret"
    for step in steps:
        run, uses = step.get("run", ""), step.get("uses", "")
        if uses and not (TAGGED.match(uses) or COMMIT.match(uses)):
            yield f"not pinned: {uses}"
        if (
            uses.startswith("actions/checkout@")
            and step.get("with", {}).get("persist-credentials") is not False
        ):
            yield "the token stays in .git/config"
        if "${{" in run:
            yield f"an expression within a script: {run}"
        if re.search(r"set -\w*x|printenv|\benv\s*$|declare -p", run, re.M):
            yield f"a script that prints what it knows: {run}"
        if "autograder grade" in run and SECRET.search(json.dumps(step.get("env", {}))):
            yield "a token is at hand while students' code runs"


def test_actions_can_be_named_by_the_commits_behind_their_versions(tmp_path):
    """GitHub's place is taken by a repository with a plain tag, and an annotated one."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    home = tmp_path / "home"
    git = ["git", "-C", str(tmp_path / "github" / "actions" / "checkout"), *who]
    (tmp_path / "github" / "actions" / "checkout").mkdir(parents=True)
    for words in (
        ["init", "-q"],
        ["commit", "-q", "--allow-empty", "-m", "one"],
        ["tag", "v6"],
        ["tag", "-a", "-m", "two", "v5"],
    ):
        subprocess.run([*git, *words], check=True)
    head = subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip()
    home.mkdir()
    local = f'[url "file://{tmp_path}/github/"]\n    insteadOf = https://github.com/\n'
    (home / ".gitconfig").write_text(local, encoding="utf-8")
    flow = tmp_path / "flow.yml"
    old = "0" * 40
    flow.write_text(
        f"- uses: actions/checkout@v6\n- uses: actions/checkout@{old}  # v5\n",
        encoding="utf-8",
    )
    command = [sys.executable, ROOT / "tools" / "pin_actions", flow]
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert flow.read_text(encoding="utf-8") == (
        f"- uses: actions/checkout@{head}  # v6\n- uses: actions/checkout@{head}  # v5\n"
    )
    flow.write_text("- uses: actions/nowhere@v1\n", encoding="utf-8")
    done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "actions/nowhere@v1" in done.stderr
    assert flow.read_text(encoding="utf-8") == "- uses: actions/nowhere@v1\n"


def test_there_are_the_workflows_that_the_course_promises():
    assert {path.name for path in FILES} == {
        "ci.yml",
        "pages.yml",
        "grade.yml",
        "grade-class.yml",
    }


@each
def test_is_valid_by_the_vendors_schema(path):
    done = schema_says(path)
    assert done.returncode == 0, done.stdout


def test_the_schema_would_find_a_mistake(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(
        FILES[0].read_text(encoding="utf-8").replace("runs-on:", "run-on:"),
        encoding="utf-8",
    )
    assert schema_says(wrong).returncode == 1


@each
def test_keeps_our_rules(path):
    assert faults(read(path)) == []


@each_row(
    ("old", "new", "fault"),
    [
        (
            "permissions: {contents: read}\nconcurrency",
            "concurrency",
            "permissions are not set",
        ),
        (
            "permissions: {contents: read}",
            "permissions: write-all",
            "permissions are not set",
        ),
        (
            "permissions: {contents: read}",
            "permissions: {contents: write}",
            "every job may write",
        ),
        (
            "  pull_request:",
            "  pull_request_target:",
            "a stranger's event runs with secrets",
        ),
        (
            "github.event_name != 'pull_request' && ",
            "",
            "export: a pull request reaches a secret",
        ),
        (
            "actions/setup-python@v6",
            "actions/setup-python@main",
            "test: not pinned: actions/setup-python@main",
        ),
        ("actions/cache@v5", "someone/cache@v5", "test: not pinned: someone/cache@v5"),
        ("    timeout-minutes: 60\n", "", "test: no time limit"),
        ("ubuntu-24.04", "ubuntu-latest", "test: the system is not pinned"),
        (
            "with: {persist-credentials: false}",
            "with: {path: x}",
            "test: the token stays in .git/config",
        ),
        (
            "make lint",
            "echo ${{ github.ref }}",
            "test: an expression within a script: echo ${{ github.ref }}",
        ),
        ("make lint", "set -x", "test: a script that prints what it knows: set -x"),
        (
            "PUBLIC: ${{ vars",
            "TOKEN: ${{ secrets",
            "export: a secret in the environment of all steps",
        ),
    ],
)
def test_a_fault_would_be_seen(tmp_path, old, new, fault):
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "ci.yml").write_text(text.replace(old, new), encoding="utf-8")
    assert fault in faults(read(tmp_path / "ci.yml"))


def test_another_s_auditor_finds_nothing():
    command = [
        BIN / "zizmor",
        "--offline",
        "--no-progress",
        "--quiet",
        "--config",
        ROOT / ".github" / "zizmor.yml",
    ]
    command += FILES
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout


@each
def test_scripts_are_well_formed(path):
    for job in read(path)["jobs"].values():
        for run in [step["run"] for step in job["steps"] if "run" in step]:
            done = subprocess.run(
                ["bash", "-n"], input=run, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr


def test_ours_runs_what_people_run_by_hand():
    runs = [step.get("run", "") for step in read(FILES[0])["jobs"]["test"]["steps"]]
    targets = set(
        re.findall(
            r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M
        )
    )
    made = {name for run in runs for name in re.findall(r"\bmake ([a-z-]+)", run)}
    assert {"course", "lint", "test"} <= made <= targets


def test_nothing_is_put_online_from_the_private_tree():
    for path in FILES:
        online = "deploy-pages" in path.read_text(encoding="utf-8")
        assert online == (path.parents[2].name == "public-repository")


def test_students_code_comes_after_the_tokens_and_reports_after_the_solutions_are_gone():
    steps = [
        step.get("id") or step.get("name") or step["uses"]
        for step in read(CLASS)["jobs"]["grade"]["steps"]
    ]
    fetch = next(name for name in steps if name.startswith("Fetch the private"))
    remove = next(name for name in steps if name.startswith("Remove the course"))
    order = [steps.index(name) for name in (fetch, "grade", remove)]
    assert order == sorted(order)
    assert all(
        "/" not in name for name in steps[order[0] : order[2]]
    )  # no action of others' while they are there
    assert all(
        "secrets." not in json.dumps(step)
        for step in read(CLASS)["jobs"]["grade"]["steps"][order[0] + 1 :]
    )


# The class repository's scripts, run as a runner runs them.

TOKEN = "github_pat_11SECRET0123456789"


def script(name):
    return next(
        s["run"]
        for s in read(CLASS)["jobs"]["grade"]["steps"]
        if s.get("name", "").startswith(name)
    )


def run_script(name, place, env, cwd=None):
    path = os.pathsep.join([str(BIN), "/usr/bin", "/bin"])
    base = {
        "PATH": path,
        "HOME": str(place / "home"),
        "RUNNER_TEMP": str(place / "temp"),
        "EXERCISE": "ex1_rnn_cell",
    }
    base |= {
        "GITHUB_WORKSPACE": str(place / "work"),
        "GITHUB_OUTPUT": str(place / "output"),
    }
    base |= {
        "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(name)]
    return subprocess.run(
        command,
        env=base | env,
        cwd=cwd or place,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def runner(tmp_path):
    for name in ("home", "temp", "work/submission"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def test_the_token_fetches_the_course_and_is_kept_nowhere(runner):
    course = runner / "github" / "teacher" / "course.git"
    git = [
        "git",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
    ]
    subprocess.run([*git, "init", "--quiet", course], check=True)
    (course / "course.toml").write_text("[course]\n", encoding="utf-8")
    for command in (["add", "."], ["commit", "--quiet", "-m", "all"]):
        subprocess.run([*git, "-C", course, *command], check=True)
    local = f'[url "file://{runner}/github/"]\n    insteadOf = https://github.com/\n'
    (runner / "home" / ".gitconfig").write_text(local, encoding="utf-8")
    done = run_script(
        "Fetch the private course", runner, {"COURSE": "teacher/course", "TOKEN": TOKEN}
    )
    assert done.returncode == 0, done.stderr
    fetched = runner / "temp" / "course"
    assert {path.name for path in fetched.iterdir()} == {"course.toml"}
    assert fetched.stat().st_mode & 0o077 == 0
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert done.stdout == f"::add-mask::{encoded}\n"
    assert done.stderr == ""
    for path in (p for p in runner.rglob("*") if p.is_file()):
        assert not re.search(f"{TOKEN}|{encoded}".encode(), path.read_bytes()), path


def graded(runner, notebook):
    folder = runner / "work" / "submission" / "ex1_rnn_cell"
    folder.mkdir(parents=True, exist_ok=True)
    if notebook is not None:
        (folder / "ex1_rnn_cell.ipynb").write_text(notebook, encoding="utf-8")
    course = runner / "temp" / "course"
    course.mkdir()
    put_settings(course)
    for name in ("autograder", "solutions", "exercises"):
        (course / name).symlink_to(ROOT / name)
    (course / ".venv" / "bin").mkdir(parents=True)
    (course / ".venv" / "bin" / "python").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8"
    )
    (course / ".venv" / "bin" / "python").chmod(0o755)
    return run_script("Grade,", runner, {}, cwd=course)


def test_a_push_is_graded_and_the_log_says_nothing(runner):
    course = Course(ROOT)
    done = graded(runner, json.dumps(sample_notebook(load("ex1_rnn_cell", course))))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "20 of 20" in (runner / "summary.md").read_text(encoding="utf-8")
    assert (runner / "temp" / "feedback" / "junit.xml").is_file()
    assert list((runner / "temp" / "feedback").glob("**/*.html"))


def test_a_push_without_the_notebook_is_told_so(runner):
    done = graded(runner, None)
    assert done.stdout == ""
    assert "notebook" in (runner / "summary.md").read_text(encoding="utf-8")


@sweep
@pytest.mark.parametrize("linked", ["ex1_rnn_cell", "ex1_rnn_cell/ex1_rnn_cell.ipynb"])
def test_a_push_with_a_link_anywhere_on_the_way_is_told_so(linked, runner):
    """Such a link would lead to the course, which lies there with its solutions by then."""
    elsewhere = runner / "elsewhere"
    (elsewhere / "ex1_rnn_cell").mkdir(parents=True)
    right = json.dumps(sample_notebook(load("ex1_rnn_cell", Course(ROOT))))
    (elsewhere / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb").write_text(
        right, encoding="utf-8"
    )
    place = runner / "work" / "submission" / linked
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(elsewhere / linked)
    done = graded(runner, None)
    assert done.stdout == ""
    assert "0 of 20" in (runner / "summary.md").read_text(encoding="utf-8")
    assert "symbolic link" in (runner / "summary.md").read_text(encoding="utf-8")


@sweep
def test_a_wrong_answer_s_feedback_holds_no_solution(runner):
    released = (ROOT / "exercises" / "ex1_rnn_cell" / "ex1_rnn_cell.ipynb").read_text(
        encoding="utf-8"
    )
    assert graded(runner, released).stdout == ""
    told = [runner / "summary.md", runner / "temp" / "feedback"]
    assert "0 of 20" in (runner / "summary.md").read_text(encoding="utf-8")
    assert find_leaks(Course(ROOT), told) == []
