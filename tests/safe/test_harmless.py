"""Texts made harmless."""

import html
import re

import report_results as rr
from fuzzing import cases
from hypothesis import given
from markdown_it import MarkdownIt

from autograder.safe.harmless import log, markdown, shown

GITHUB = MarkdownIt("gfm-like", {"linkify": False}).enable("table")


@cases(60)
@given(rr.TEXTS)
def test_markdown_shows_a_text_and_makes_nothing_of_it(text):
    drawn = GITHUB.render(f"| a |\n|---|\n| x{markdown(text)}x |\n")
    (cell,) = re.findall(r"<td>(.*)</td>", drawn, re.S)
    bare = html.unescape(cell.replace("<br>", "\n").replace("<br />", "\n"))
    assert re.sub(r"\s+", " ", bare) == re.sub(
        r"\s+", " ", f"x{chr(10).join(shown(text).splitlines())}x"
    )
    assert set(re.findall(r"<[^>]*>", cell)) <= {"<br>"}


@cases(60)
@given(rr.TEXTS)
def test_no_line_of_a_log_is_a_command(text):
    tamed = log(text)
    assert not re.search(r"^\s*::", tamed, re.M)
    assert "##[" not in tamed
    assert "\x1b" not in tamed


def test_commands_can_still_be_read():
    assert log("a\n  ::error::x ##[y]") == "a\n  : :error::x ## [y]"


def test_control_characters_and_turned_text_are_shown():
    assert shown("a\x1b[31mb\u202ec\nd\te") == "a�[31mb�c\nd\te"
