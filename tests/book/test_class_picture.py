"""The class page and the check that pictures show are those that the course makes today."""

import re
import shutil
import subprocess
import sys

from book_fixtures import ROOT
from copies import copied
from PIL import Image
from PIL.ImageColor import getrgb
from sweeps import sweep

TOOL = ROOT / "tools" / "class_picture"
KEPT = ROOT / "tests" / "book" / "class_page.txt"


@sweep
def test_the_picture_says_what_the_page_says(real_course, tmp_path):
    said, course = tmp_path / "words.txt", copied(real_course, tmp_path / "course")
    tool = course.root / "tools" / TOOL.name  # it says what the course's settings are
    tool.parent.mkdir()
    shutil.copy(TOOL, tool)
    shutil.copytree(ROOT / "book", course.root / "book")  # the names of its sections
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
    assert "WIDTH, HEIGHT = 720, 1280" in tool
    for name in ("class_page", "class_page_dark"):
        assert f'src="../_static/{name}.png" width="720" height="1280"' in policies
        assert (ROOT / "book" / "_static" / f"{name}.png").read_bytes()[1:4] == b"PNG"


def test_the_pictures_tell_the_colours_of_the_key_apart():
    """Few colours make small pictures; those of the key are still what the page's style says."""
    style = (ROOT / "autograder" / "report" / "templates" / "page.css").read_text(
        "utf-8"
    )
    lines = re.findall(r"--whole:.*--open:.*", style)
    for name, line in zip(("class_page", "class_page_dark"), lines, strict=True):
        with Image.open(ROOT / "book" / "_static" / f"{name}.png") as picture:
            shown = {colour for _, colour in picture.convert("RGB").getcolors(1 << 16)}
        for kind, wanted in re.findall(r"--(\w+): (#\w{6})", line):
            off = min(
                max(abs(a - b) for a, b in zip(colour, getrgb(wanted), strict=True))
                for colour in shown
            )
            assert off <= 8, (name, kind, "run tools/class_picture with more colours")
