import csv
import os
from pathlib import Path

import pytest
from handed_tree import NAME
from nbgrader.api import Gradebook
from traitlets.config import LoggingConfigurable

from autograder.gradebook.lateness import SettledExport


class Exporting(LoggingConfigurable):
    """What nbgrader's `export` is to its plugin."""

    coursedir = None


@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own
def test_where_there_is_no_mark_the_cell_is_empty(directory, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(os.sys.executable).parent}:{os.environ['PATH']}")
    with Gradebook(directory.db_url, "x") as gradebook:
        gradebook.add_assignment(NAME)
        gradebook.add_notebook(NAME, NAME)
        gradebook.add_grade_cell("check", NAME, NAME, max_score=5, cell_type="code")
        gradebook.add_grade_cell("why", NAME, NAME, max_score=2, cell_type="markdown")
        for student in ("=1+1", "failed", "absent"):
            gradebook.add_student(student, last_name="@x\x1b")
            if student != "absent":
                gradebook.add_submission(NAME, student)
        gradebook.find_grade("check", NAME, NAME, "=1+1").auto_score = 4
        gradebook.db.commit()
        parent = Exporting()
        parent.coursedir = directory
        export = SettledExport(parent=parent)
        export.to = str(tmp_path / "grades.csv")
        export.export(gradebook)
    with open(tmp_path / "grades.csv", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert rows["'=1+1"]["score"] == "4.0"
    assert {row["last_name"] for row in rows.values()} == {"'@x\ufffd"}
    for student in ("failed", "absent"):
        names = ("raw_score", "late_submission_penalty", "score", "max_score")
        assert [rows[student][name] for name in names] == ["", "", "", "7.0"]
