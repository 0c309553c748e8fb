"""A student's page: what is on it, and that nothing gets out of its place or asks for anything."""

import re
from argparse import Namespace
from html.parser import HTMLParser

import report_results as rr
from fuzzing import cases
from hypothesis import given
from tables import each_row

from autograder.grade.told import Feedback
from autograder.report import student, student_page
from autograder.report.gather import Gathered
from autograder.report.page import POLICY
from autograder.report.sections import Sections


class Tags(HTMLParser):
    """Tags and attributes of a page, and whether all that was opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def write(*results, out=None):
    return student.make_report(Gathered(results), Namespace(out=out, solutions=None))


def text(page):
    return re.sub(r"\s+", " ", " ".join(Tags(page).text))


def test_mark_first_thing_to_do_and_feedback():
    said = text(write(rr.result()))
    assert "15 of 20 points" in said
    assert (
        "1 of 2 functions is right. Begin with rnn_cell_forward : The hidden state "
        "went through a sigmoid." in said
    )
    assert "Read Chapter 1: States leave" in said
    assert "5 of 10 points, right in part" in said
    assert re.search(
        r"shapes: structure and shapes of what is returned 1 of 1 2\.5 of 2\.5 "
        r"values: the numbers of each output 1 of 3 2\.5 of 7\.5",
        said,
    )


def test_what_is_left_to_do_stands_before_what_is_right():
    page = write(rr.result(tasks=[rr.right(rr.CELL), rr.wrong(rr.SEQUENCE)]))
    assert page.index(f"<code>{rr.SEQUENCE}</code></h2>") < page.index(
        f"<code>{rr.CELL}</code></h2>"
    )


@each_row(
    ("result", "said"),
    [
        (rr.broken(), "Not graded yet"),
        (rr.broken(), "You lose nothing"),
        (rr.refused(), "Your notebook could not be read: the file is empty."),
        (rr.result(tasks=[rr.right(rr.CELL)]), "Everything is right."),
        (rr.result(repairs=["code cell 3: mended"]), "code cell 3: mended"),
        (rr.result(tasks=[rr.wrong(status="timeout")]), "did not end in time"),
    ],
)
def test_what_else_there_is_to_say(result, said):
    assert said in text(write(result))


def test_several_exercises_are_one_page():
    said = text(
        write(
            rr.result(),
            rr.result(assignment="ex2_rnn_backward", tasks=[rr.right("rnn_backward")]),
        )
    )
    assert "Your exercises" in said
    assert "Exercise 2" in said


def test_several_students_are_several_files(tmp_path, capfdbinary):
    folder = rr.put(
        tmp_path / "results", rr.result("ann"), rr.result("Ann"), rr.result("bob")
    )
    assert rr.report(capfdbinary, "html", folder)[0] == 2
    assert rr.report(capfdbinary, "html", folder, "--out", tmp_path / "pages")[0] == 0
    pages = {path.name: path.read_text() for path in (tmp_path / "pages").iterdir()}
    assert len({name.casefold() for name in pages}) == 3
    assert [name for name, page in pages.items() if ">bob<" in page] == ["bob.html"]


def test_nothing_is_asked_for():
    tags = Tags(write(rr.result(), rr.refused("ann", "x"))).found
    (policy,) = (
        a["content"]
        for tag, a in tags
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == POLICY
    assert {tag for tag, _ in tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "form",
        "base",
        "audio",
    } == set()
    assert not any(
        key in ("src", "srcset", "data") or key.startswith("on")
        for _, a in tags
        for key in a
    )


def test_the_style_asks_for_nothing():
    style = re.search(r"<style>(.*)</style>", write(rr.result()), re.S)[1]
    assert not re.search(r"url\(|@import|//", style)


@cases(60)
@given(rr.TEXTS)
def test_a_text_stays_text(evil):
    tasks = [
        rr.wrong(f"f{evil}", feedback=rr.saying(evil)),
        rr.wrong(f"g{evil}", feedback=Feedback(f"m{evil}")),
    ]
    page = student_page.student_page(
        evil,
        [rr.result(evil, tasks, problem=""), rr.refused(evil, f"x{evil}")],
        Sections(),
    )
    said = [rr.saying("m"), Feedback("m")]
    harmless = [rr.result("a", [rr.wrong("f", feedback=one) for one in said])]
    harmless.append(rr.refused("a"))
    plain = student_page.student_page("a", harmless, Sections())
    assert {tag for tag, _ in Tags(page).found} <= {
        tag for tag, _ in Tags(plain).found
    } | {"code"}
    assert not Tags(page).open
