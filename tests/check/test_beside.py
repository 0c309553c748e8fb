import subprocess
import sys

import pytest
from conftest import CELL, SEQUENCE

SCRIPT = """
from unrolled import exercise
check = exercise("ex1_rnn_cell")
print(sorted(check.numbers))
"""


@pytest.mark.parametrize("where", ["ex1_rnn_cell", ".", "elsewhere"])
def test_a_script_finds_its_numbers_wherever_it_is_started(folder, tmp_path, where):
    home = tmp_path / "ex1_rnn_cell"
    home.mkdir()
    (tmp_path / "elsewhere").mkdir()
    numbers = (folder / "ex1_rnn_cell.npz").read_bytes()
    (home / "ex1_rnn_cell.npz").write_bytes(numbers)
    (home / "mine.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(home / "mine.py")],
        cwd=tmp_path / where,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(sorted([CELL, SEQUENCE]))


def test_a_notebook_in_vs_code_finds_its_numbers(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space = {"__vsc_ipynb_file__": str(folder / "mine.ipynb"), "__name__": "__main__"}
    exec(SCRIPT.replace("print", "found = "), space)
    assert CELL in space["found"]
