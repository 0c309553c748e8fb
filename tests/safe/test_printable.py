"""What is said on a terminal has no codes, and needs no letters that it does not have."""

import io
import os
import subprocess
import sys
import zipfile

import minicourse
import notebooks as nb
import pytest
import report_results as rr
from tables import each_row

from autograder import cli, exits
from autograder.safe import printable

NAME = minicourse.NAME
CODES = "\x1b[2J\x1b]0;x\x07\x9b1m\u202ea\r"


@each_row("tame", [printable.tame, printable.tame_line])
def test_no_code_is_left(tame):
    assert not set(CODES) - set("[2J]0;x1ma") & set(tame(CODES))
    assert tame("Zoë 李 ✓") == "Zoë 李 ✓"


def test_a_name_makes_no_line():
    assert printable.tame("a\nb") == "a\nb"
    assert "\n" not in printable.tame_line("a\nb")


def test_letters_that_are_not_there_are_replaced(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    printable.say("Zoë ✓")
    assert stream.buffer.getvalue() == b"Zo? ?\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    made = minicourse.make(tmp_path / "course")
    monkeypatch.chdir(made.root)
    return made


def odd_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{CODES}Zo\u00eb_1_assignsubmission_file_/{CODES}.pdf", "x")
        archive.writestr(f"Bob_2_assignsubmission_file_/{NAME}.ipynb", "{}")
    return path


def test_collect_and_report_say_names_without_codes(course, tmp_path, capfd):
    odd = tmp_path / f"a{CODES}.zip"
    assert (
        cli.main(
            [
                "collect",
                str(odd_zip(tmp_path / "all.zip")),
                "--into",
                str(tmp_path / "tree"),
            ]
        )
        == exits.OK
    )
    assert cli.main(["collect", str(odd)]) == exits.USAGE
    folder = rr.put(
        tmp_path / "results", rr.result(CODES.replace("/", "_"), problem=CODES)
    )
    (folder / f"x{CODES}.json").write_text('{"schema": 1, "tasks":')
    roster = tmp_path / "roster.csv"
    roster.write_text("Identifier,Full name,Grade\nParticipant 1,Ann,\n")
    for arguments in (["csv"], ["summary"], ["moodle", "--roster", str(roster)]):
        cli.main(["report", arguments[0], str(folder), *arguments[1:]])
    said = "".join(capfd.readouterr())
    assert "without a notebook" in said
    assert "is not in the roster" in said
    assert not set("\x1b\x07\x9b\u202e") & set(said)


@pytest.mark.parametrize(
    ("environment", "codes"),
    [
        ({"PYTHONIOENCODING": "ascii"}, {0}),
        ({"LC_ALL": "C"}, {0}),
        ({"LC_ALL": "C", "PYTHONUTF8": "0"}, {0, 1}),
    ],
)
def test_a_terminal_without_our_letters_is_no_failure(
    environment, codes, course, tmp_path
):
    path = odd_zip(tmp_path / "all.zip")
    command = [
        sys.executable,
        "-m",
        "autograder",
        "collect",
        str(path),
        "--into",
        str(tmp_path / "tr\u00e9e"),
    ]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(nb.COURSE.root)} | environment
    done = subprocess.run(
        command, cwd=course.root, env=env, capture_output=True, check=False, timeout=60
    )
    assert done.returncode in codes, done.stderr.decode("utf-8", "replace")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["grade", "regrade"])
def test_a_file_where_a_folder_is_wanted_is_told(verb, course, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "within"):
        code = cli.main(
            [verb, str(nb.write({}, tmp_path / f"{NAME}.ipynb")), "--out", str(out)]
        )
        assert code == exits.USAGE
        assert "--out names a folder" in capsys.readouterr().err
    assert (
        cli.main(
            [
                "collect",
                str(tmp_path / f"{NAME}.ipynb"),
                "--into",
                str(tmp_path / "file"),
            ]
        )
        == exits.USAGE
    )
    assert "--into names a folder" in capsys.readouterr().err
