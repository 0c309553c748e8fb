"""What `nbgrader_config.py` makes of `course.toml`, and that a mistake there sets nothing at
all.
"""

import minicourse
import pytest
from tables import each_row

from autograder.release.build import nbgrader_config
from autograder.unit.course import Course, CourseError


@pytest.fixture
def config(tmp_path):
    """The configuration of a course with a setting of its `course.toml` replaced by another."""
    made = minicourse.make(tmp_path / "course")
    path = made.root / "course.toml"
    text = path.read_text()

    def config(old="", new=""):
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return nbgrader_config(Course(made.root)), made.root

    return config


def test_the_gradebook_is_a_file_unless_a_setting_names_another(config):
    found, root = config()
    assert found.CourseDirectory.db_url == f"sqlite:///{root}/grading/gradebook.db"
    assert (root / "grading").stat().st_mode & 0o077 == 0
    found, _ = config('url = ""', 'url = "postgresql+psycopg://grader@host/unrolled"')
    assert found.CourseDirectory.db_url == "postgresql+psycopg://grader@host/unrolled"


@each_row(
    ("setting", "place"),
    [
        ("/srv/exchange", "/srv/exchange"),
        ("../exchange", "{root}/../exchange"),
        ("~/exchange", "{home}/exchange"),
    ],
)
def test_the_exchange_is_where_the_setting_says(
    setting, place, config, monkeypatch, tmp_path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    found, root = config('root = ""', f'root = "{setting}"')
    assert found.Exchange.root == place.format(root=root, home=tmp_path)


def test_without_a_setting_the_exchange_is_nbgraders_own(config):
    assert "root" not in config()[0].Exchange


def test_dates_are_shown_in_the_courses_zone(config):
    assert (
        config('timezone = "UTC"', 'timezone = "Europe/Berlin"')[0].NbGraderAPI.timezone
        == "Europe/Berlin"
    )


def test_feedback_and_formgrader_have_templates_of_their_own(config):
    found, _ = config()
    assert found.GenerateFeedback.exporter_class.__name__ == "FeedbackExporter"
    assert found.FeedbackExporter.template_name == "feedback_offline"
    assert found.HTMLExporter.template_name == "formgrade_offline"


@each_row(
    ("old", "new"),
    [
        ('timezone = "UTC"', 'timezone = "Mars"'),
        ("[due]", '[due]\nex1_step = "tomorrow"'),
        ("[extensions]", "[extensions]\nada = 2027-01-01"),
        ("grace_hours = 0", "grace_hours = -1"),
    ],
)
def test_a_mistake_in_the_settings_is_an_error(old, new, config):
    with pytest.raises(CourseError, match=r"course\.toml"):
        config(old, new)
