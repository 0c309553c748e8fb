"""GitHub's step summary."""

import re
from argparse import Namespace

import report_results as rr
from fuzzing import cases
from hypothesis import given
from markdown_it import MarkdownIt

from autograder.report import summary
from autograder.report.gather import Gathered

GITHUB = MarkdownIt("gfm-like", {"linkify": False, "html": True}).enable("table")
OURS = {
    "details",
    "summary",
    "pre",
    "code",
    "h3",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "p",
    "br",
}


def text(*results):
    return summary.make_report(Gathered(results), Namespace())


def tags(drawn):
    return set(re.findall(r"</?([a-z0-9]+)", drawn))


def test_one_submission_says_all():
    said = text(rr.result())
    assert said.startswith("### ex1&#95;rnn&#95;cell: 15 of 20\n")
    assert (
        "| 🟡 | <code>rnn&#95;cell&#95;forward</code> | 5 of 10 | partial: "
        "sigmoid&#45;for&#45;tanh |" in said
    )
    assert "The hidden state went through a sigmoid." in said


def test_several_are_a_table():
    drawn = GITHUB.render(text(rr.result("ann"), rr.refused("bob"), rr.broken("eve")))
    assert drawn.count("<tr>") == 4
    assert "the file is empty" in drawn
    assert "not graded" in drawn
    assert tags(drawn) <= OURS


def test_it_is_added_to_what_other_steps_wrote(tmp_path, capfdbinary):
    folder, target = rr.put(tmp_path / "results", rr.result()), tmp_path / "summary.md"
    target.write_text("before\n")
    assert rr.report(capfdbinary, "summary", folder, "--out", target)[0] == 0
    assert target.read_text().startswith("before\n### ")


def test_a_large_class_is_cut_before_github_drops_it():
    said = text(*(rr.result(f"student{i:05}" + "=" * 200) for i in range(2000)))
    assert len(said.encode()) < 1024 * 1024
    assert re.search(r"…and \d+ more; the result files have them", said)


@cases(60)
@given(rr.TEXTS)
def test_no_text_becomes_markup_or_a_command(evil):
    wrong = rr.wrong(feedback=rr.saying(evil))
    of_one = rr.result(evil, [wrong], problem=evil, repairs=[evil])
    for said in (text(of_one), text(rr.result(evil), rr.refused(evil, evil))):
        assert tags(GITHUB.render(said)) <= OURS
        assert not re.search(r"^\s*::", said, re.M)
        assert "@octocat" not in said
