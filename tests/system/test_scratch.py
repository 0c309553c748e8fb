"""The folder of a command's temporary files: gone at the end, and swept away by the next
command if it was killed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.system.scratch import PREFIX, scratch_folder, sweep, writing_to

HOLD = (
    "from autograder.system.scratch import scratch_folder\n"
    "with scratch_folder(): print('in', flush=True); input()"
)


def left(base):
    return [path.name for path in base.iterdir()]


def test_all_temporary_files_lie_in_it_and_go_with_it(tmp_path, monkeypatch):
    monkeypatch.delenv("TMPDIR", raising=False)
    before = tempfile.gettempdir()
    with scratch_folder(tmp_path) as folder:
        assert folder.parent == tmp_path
        assert Path(tempfile.mkdtemp()).parent == folder
        code = "import tempfile; print(tempfile.gettempdir())"
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        assert Path(told.strip()) == folder
        assert folder.stat().st_mode & 0o777 == 0o711
    assert left(tmp_path) == []
    assert tempfile.gettempdir() == before
    assert "TMPDIR" not in os.environ


def test_it_goes_also_after_an_error(tmp_path):
    with pytest.raises(RuntimeError, match="odd"), scratch_folder(tmp_path):
        raise RuntimeError("odd")
    assert left(tmp_path) == []


@pytest.fixture
def holder(tmp_path):
    """A process that holds a scratch folder in `tmp_path`."""
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout.readline() == "in\n"
    yield process
    process.kill()
    process.communicate()


def test_a_living_commands_folder_stays_and_a_killed_ones_is_swept_away(
    tmp_path, holder
):
    with scratch_folder(tmp_path):
        assert len(left(tmp_path)) == 2
    assert len(left(tmp_path)) == 1
    holder.kill()
    holder.wait()
    assert len(left(tmp_path)) == 1
    with scratch_folder(tmp_path) as folder:
        assert left(tmp_path) == [folder.name]


def test_what_is_no_folder_of_ours_stays(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "other")
    assert sweep(tmp_path) == []
    assert len(left(tmp_path)) == 3


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can make another user's folder"
)
def test_another_users_folder_stays(tmp_path):
    folder = tmp_path / f"{PREFIX}theirs"
    folder.mkdir()
    os.chown(folder, 65525, 65525)
    assert sweep(tmp_path) == []
    assert folder.is_dir()


def test_half_written_results_are_removed_unless_somebody_is_writing(tmp_path):
    half = tmp_path / "ann" / ".ex1_rnn_cell.json.abc123"
    whole = tmp_path / "ann" / "ex1_rnn_cell.json"
    half.parent.mkdir()
    whole.touch()
    with writing_to(tmp_path):
        half.touch()
        with writing_to(tmp_path):
            assert half.exists()
    with writing_to(tmp_path):
        assert left(half.parent) == [whole.name]
