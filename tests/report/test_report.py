"""The verb: formats, where a report goes, and the exit code."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
import report_results as rr
from tables import each_row

from autograder import cli
from autograder.report import FORMATS

LMS = {"canvas", "moodle"}


@pytest.fixture
def folder(tmp_path):
    return rr.put(tmp_path / "results", rr.result("ann"))


@each_row("name", sorted(set(FORMATS) - LMS))
def test_every_format_writes_to_the_terminal_and_to_a_file(
    name, folder, tmp_path, capfdbinary
):
    capfdbinary.readouterr()  # what a row before may have left
    code, out, err = rr.report(capfdbinary, name, folder)
    assert (code, err) == (0, "")
    assert out.strip()
    target = tmp_path / f"report of {name}"
    assert rr.report(capfdbinary, name, folder, "--out", target)[0] == 0
    assert target.read_bytes() == out.encode()
    if name != "summary":  # which is added to a file of GitHub's
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


@each_row("name", sorted(FORMATS))
def test_every_format_has_a_help_of_its_own(name, capsys):
    capsys.readouterr()  # what a row before may have left
    with pytest.raises(SystemExit) as end:
        cli.main(["report", name, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert FORMATS[name].__doc__.split("\n", 1)[0] in said


@each_row("name", sorted(set(FORMATS) - LMS))
def test_the_same_results_give_the_same_report(name, folder, capfdbinary):
    capfdbinary.readouterr()  # what a row before may have left
    assert (
        rr.report(capfdbinary, name, folder)[1]
        == rr.report(capfdbinary, name, folder)[1]
    )


def test_a_damaged_file_is_named_and_the_rest_reported(folder, capfdbinary):
    bad = folder / "eve" / "ex1_rnn_cell.json"
    bad.parent.mkdir()
    bad.write_text("{")
    code, out, err = rr.report(capfdbinary, "csv", folder)
    assert code == 1
    assert str(bad) in err
    assert "ann" in out


def test_no_results_at_all_is_wrong_usage(tmp_path, capfdbinary):
    code, out, err = rr.report(capfdbinary, "csv", tmp_path)
    assert (code, out) == (2, "")
    assert "no result files in" in err


def test_a_file_that_cannot_be_written_is_named(folder, capfdbinary):
    code, _, err = rr.report(capfdbinary, "csv", folder, "--out", folder)
    assert code == 2
    assert "is a folder; name a file" in err


def test_a_pipe_is_written_to_and_stays_one(folder, tmp_path, capfdbinary):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as beside:
        read = beside.submit(pipe.read_bytes)
        assert rr.report(capfdbinary, "csv", folder, "--out", pipe)[0] == 0
        assert b"ann" in read.result()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_format_for_one_submission_refuses_several(folder, capfdbinary):
    rr.put(folder, rr.result("bob"))
    code, _, err = rr.report(capfdbinary, "gradescope", folder)
    assert code == 2
    assert "is for one submission; 2 results found" in err
