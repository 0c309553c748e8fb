"""The course's own seed: made once whoever is first, kept to itself, the same for all who grade."""

import multiprocessing
import os
import re
import stat
import subprocess
from dataclasses import replace

import minicourse
import notebooks as nb
import numpy as np
import pytest
from tables import each_row

from autograder import cli
from autograder.batch.batch import Batch
from autograder.batch.provenance import causes
from autograder.batch.submissions import grade_one
from autograder.collect.hand_in import HandIn
from autograder.export.autograder_zip import secret_files
from autograder.grade import result as results
from autograder.publish.leaks import find_leaks
from autograder.unit import hidden_cases, secret_seed
from autograder.unit.course import CourseError
from autograder.unit.secret_seed import (
    FILE,
    chosen,
    fingerprint,
    known_seed,
    path_of,
    seed_of,
    written,
)

LARGE = 2**127 + 12345


@pytest.fixture
def course(tmp_path):
    return minicourse.make(tmp_path)


def put(course, text):
    path_of(course).write_text(text, encoding="utf-8")


def test_it_is_made_at_first_use_and_stays(course):
    assert known_seed(course) is None
    first = seed_of(course)
    assert known_seed(course) == seed_of(course) == first
    assert re.fullmatch(r"[0-9a-f]{32}\n", path_of(course).read_text())
    assert stat.S_IMODE(path_of(course).stat().st_mode) == 0o600
    assert [p.name for p in course.solutions.iterdir() if p.name.startswith(".")] == [
        FILE
    ]


def test_no_two_courses_have_the_same(tmp_path):
    seeds = {seed_of(minicourse.make(tmp_path / str(n))) for n in range(4)}
    assert len(seeds) == 4
    assert min(seeds) > 2**100  # else one in 2**26 is as small as that


def _first(course, gate, queue):
    gate.wait()
    queue.put(seed_of(course))


@pytest.mark.parametrize("links", [True, False])
def test_of_many_who_are_first_at_once_all_have_the_same(course, links, monkeypatch):
    if not links:
        monkeypatch.setattr(
            os, "link", lambda *a: (_ for _ in ()).throw(OSError("no hard links here"))
        )
    fork = multiprocessing.get_context("fork")
    gate, queue = fork.Barrier(12), fork.Queue()
    processes = [
        fork.Process(target=_first, args=(course, gate, queue)) for _ in range(12)
    ]
    for process in processes:
        process.start()
    seeds = {queue.get(timeout=30) for _ in processes}
    for process in processes:
        process.join()
    assert seeds == {seed_of(course)}
    assert [p.name for p in course.solutions.iterdir() if p.name.startswith(".")] == [
        FILE
    ]


def test_a_file_that_another_process_is_about_to_fill_is_waited_for(
    course, monkeypatch
):
    put(course, "")
    monkeypatch.setattr(secret_seed.time, "sleep", lambda _: put(course, written(7)))
    assert seed_of(course) == 7


@each_row("text", ["", "12345", "g" * 32, "a" * 33, "ab" * 15 + "\n\ncd"])
def test_what_is_no_seed_is_refused_and_never_quoted(course, text, monkeypatch):
    put(course, text)
    monkeypatch.setattr(secret_seed, "WAIT", 0)
    with pytest.raises(CourseError, match="32 hexadecimal digits; it holds") as caught:
        seed_of(course)
    assert not text or text not in str(caught.value)
    assert path_of(course).read_text() == text


def test_where_none_can_be_made_it_says_what_to_do(course, monkeypatch):
    monkeypatch.setattr(
        os,
        "open",
        lambda *a, **k: (_ for _ in ()).throw(PermissionError(13, "Permission denied")),
    )
    with pytest.raises(
        CourseError, match="Copy it there from where the course was graded before"
    ):
        seed_of(course)


def test_a_named_seed_goes_before(course):
    assert chosen(course, 0) == 0
    assert known_seed(course) is None
    assert chosen(course, None) == seed_of(course)


def test_a_fingerprint_tells_seeds_apart_and_is_no_part_of_one():
    seeds = [0, 1, 2, LARGE, LARGE + 1, 2**128 - 1]
    marks = [fingerprint(seed) for seed in seeds]
    assert len(set(marks)) == len(seeds)
    assert all(
        0 < mark < 2**48 for mark in marks
    )  # a reader that takes numbers for floating ones loses nothing
    for seed, mark in zip(seeds, marks, strict=True):
        assert f"{mark:x}" not in f"{seed:x}"
        assert str(mark) not in str(seed)


def test_inputs_are_drawn_from_large_seeds_and_lead_back_to_none():
    drawn = {
        hidden_cases.entropy(seed, label)
        for seed in (LARGE, LARGE + 1, 3)
        for label in ("a", "b", "ab")
    }
    assert len(drawn) == 9
    assert all(one < 2**128 for one in drawn)
    assert hidden_cases.entropy(1, "a", "b") != hidden_cases.entropy(1, 'a", "b')
    assert np.random.default_rng(hidden_cases.entropy(LARGE, "a")).integers(2**60) >= 0


@pytest.fixture
def one(tmp_path):
    path = nb.write(
        nb.mistaken(nb.mistake(nb.CELL, "bias-missing")), tmp_path / "x.ipynb"
    )
    return HandIn("ann", nb.UNIT.assignment, path)


def test_grading_draws_from_the_courses_own_and_no_file_holds_it(tmp_path, one):
    order = Batch(nb.COURSE.root, nb.COURSE.solutions, tmp_path / "results")
    seed = seed_of(nb.COURSE)
    result = grade_one(order, one).result
    named = grade_one(replace(order, seed=seed, out=tmp_path / "named"), one).result
    other = grade_one(replace(order, seed=LARGE, out=tmp_path / "other"), one).result
    assert result == named
    assert result.seed == fingerprint(seed)
    assert causes(result, other) == ["another seed"]
    assert results.read(results.path_of(order.out, "ann", one.assignment)) == result
    whole = "".join(p.read_text() for p in tmp_path.rglob("*.json"))
    assert not re.search(f"{seed}|{written(seed).strip()}|{LARGE}|{LARGE:x}", whole)
    assert str(seed) not in repr(order) + repr(replace(order, seed=seed))


def test_a_batch_makes_it_before_it_begins(course, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(course.root)
    assert cli.main(["grade", str(tmp_path / "nothing")]) != 0
    assert known_seed(course) is not None
    with pytest.raises(SystemExit):
        cli.main(["grade", "x", "--seed", "-1"])
    assert "-1 is below 0" in capsys.readouterr().err


def test_it_goes_to_other_graders_and_to_nobody_else(course, tmp_path):
    assert path_of(course) in secret_files(minicourse.NAME, course)
    seed = known_seed(course)
    public = tmp_path / "public"
    public.mkdir()
    for number, text in enumerate(
        [written(seed), f'{{"seed": {seed}}}', f"<b>{seed:032x}</b>", f"x = 0x{seed:x}"]
    ):
        (public / f"{number}.txt").write_text(text)
    (public / FILE).write_text("of another course")
    leaks = find_leaks(course, [public])
    assert {os.path.basename(leak.file) for leak in leaks} == {
        "0.txt",
        "1.txt",
        "2.txt",
        "3.txt",
        FILE,
    }
    assert not any(f"{seed:x}" in str(leak) or str(seed) in str(leak) for leak in leaks)


def test_looking_for_leaks_makes_none(course, tmp_path):
    find_leaks(course, [tmp_path / "course.toml"])
    assert known_seed(course) is None


def test_a_template_does_not_carry_one():
    ignored = subprocess.run(
        ["git", "check-ignore", "-q", f"solutions/{FILE}"],
        cwd=nb.COURSE.root,
        check=False,
    )
    assert ignored.returncode == 0
