"""The class page and the check that pictures show are those that the course makes today."""

import shutil
import subprocess
import sys

from book_fixtures import ROOT
from copies import copied

TOOL = ROOT / "tools" / "class_picture"
KEPT = ROOT / "tests" / "book" / "class_page.txt"


def test_the_picture_says_what_the_page_says(real_course, tmp_path):
    said, course = tmp_path / "words.txt", copied(real_course, tmp_path / "course")
    tool = course.root / "tools" / TOOL.name  # it says what the course's settings are
    tool.parent.mkdir()
    shutil.copy(TOOL, tool)
    command = [sys.executable, tool, "--words", said]
    subprocess.run(command, check=True, timeout=300)
    kept = KEPT.read_text(encoding="utf-8")
    assert said.read_text(encoding="utf-8") == kept, (
        "the class page has changed since its picture was taken: run tools/class_picture, "
        "and look at the page on policies"
    )


def test_the_readmes_picture_says_what_the_check_says(tmp_path):
    said = tmp_path / "words.txt"
    tool = ROOT / "tools" / "check_picture"
    subprocess.run([sys.executable, tool, "--words", said], check=True, timeout=300)
    kept = ROOT / "tests" / "book" / "readme_check.txt"
    assert said.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), (
        "the check has changed since its picture was taken: run tools/check_picture"
    )


def test_the_page_shows_the_picture_in_its_size():
    policies = (ROOT / "book" / "teach_policies.md").read_text(encoding="utf-8")
    tool = TOOL.read_text(encoding="utf-8")
    assert "WIDTH, HEIGHT = 720, 1330" in tool
    for name in ("class_page", "class_page_dark"):
        assert f'src="../_static/{name}.png" width="720" height="1330"' in policies
        assert (ROOT / "book" / "_static" / f"{name}.png").read_bytes()[1:4] == b"PNG"
