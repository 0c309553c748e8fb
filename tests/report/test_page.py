"""Pages from templates: what they are given is escaped, and what they need is there."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import report_results as rr
from jinja2 import UndefinedError
from markupsafe import Markup
from tables import each_row

from autograder.grade.result import path_of, write
from autograder.publish.wheel import build_wheel
from autograder.report import page

TEMPLATES = Path(page.__file__).with_name("templates")
# the student's page, as far as it goes without an exercise
ALONE = {"student": "ann", "exercises": []}


def test_a_text_is_escaped_and_loses_control_characters():
    made = page.render("student.html", title="</title><b>\x1b[31m'\u202e", **ALONE)
    assert "<title>&lt;/title&gt;&lt;b&gt;\ufffd[31m&#39;\ufffd</title>" in made


def test_what_is_html_stays_so_without_its_control_characters():
    made = page.render("student.html", title=Markup("<b>\x07</b>"), **ALONE)
    assert "<title><b>\ufffd</b></title>" in made


def test_a_value_that_is_not_there_is_an_error():
    with pytest.raises(UndefinedError, match="title"):
        page.render("student.html", **ALONE)


@each_row("path", sorted(TEMPLATES.glob("*.html")), ids=lambda p: p.name)
def test_no_template_switches_escaping_off(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape", text)


@each_row(
    ("text", "html"),
    [
        ("a `b` c", "a <code>b</code> c"),
        ("`<a>` & `b`", "<code>&lt;a&gt;</code> &amp; <code>b</code>"),
        ("one ` alone <b>", "one ` alone &lt;b&gt;"),
        ("", ""),
    ],
)
def test_code_between_backticks(text, html):
    assert page.code_html(text) == html


def test_the_wheel_has_every_template(real_course):
    _, wheel = build_wheel(real_course.root)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        there = set(archive.namelist())
    needed = {
        f"autograder/report/templates/{path.name}" for path in TEMPLATES.iterdir()
    }
    assert needed <= there
    assert any(name.endswith("page.css") for name in needed)


def test_other_formats_do_without_jinja(tmp_path):
    code = (
        "import sys; from autograder import cli; code = cli.main(sys.argv[1:])\n"
        "assert not {'jinja2', 'markupsafe'} & set(sys.modules)\n"
        "sys.exit(code)"
    )
    result = tmp_path / "results"
    write(rr.result("ann"), path_of(result, "ann", rr.EX1))
    command = [sys.executable, "-c", code, "report", "csv", str(result)]
    subprocess.run(command, check=True, capture_output=True)
