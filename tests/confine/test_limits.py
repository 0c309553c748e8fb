"""What a student's process may use: what `course.toml` says, and nothing that is misunderstood."""

import json
import tomllib

import pytest
from own_settings import SETTINGS, as_it_stands

from autograder.confine import Limits
from autograder.unit.course import CourseError
from autograder.unit.settings import LimitsTable, Settings, read_settings


def test_limits_come_from_the_course():
    assert Limits.from_settings(read_settings(SETTINGS)) == Limits()
    course = as_it_stands()
    told = tomllib.loads((course.root / "course.toml").read_text(encoding="utf-8"))
    assert Limits.from_settings(course.settings) == Limits(**told.get("limits", {}))
    table = LimitsTable(memory_mb=256)
    assert Limits.from_settings(Settings(limits=table)) == Limits(memory_mb=256)
    assert Limits.from_settings(Settings()) == Limits()


@pytest.mark.parametrize(
    "table",
    [{"memory": 1}, {"memory_mb": 0}, {"memory_mb": "1"}, {"call_seconds": True}],
)
def test_limits_refuse_what_they_do_not_understand(table, tmp_path):
    (key, value), *_ = table.items()
    path = tmp_path / "course.toml"
    path.write_text(f"[limits]\n{key} = {json.dumps(value)}\n", encoding="utf-8")
    with pytest.raises(CourseError, match=key):
        Limits.from_settings(read_settings(path))
