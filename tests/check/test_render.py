from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
from tables import each_row

from unrolled.check.book_page import BookPlace
from unrolled.check.compare import Difference
from unrolled.check.known_mistakes import Misconception
from unrolled.check.render import MORE, as_html, as_text, code_html, section_text
from unrolled.check.verdict import Verdict

MISTAKE = Misconception("k", "f", "`Waa` <b>is</b> wrong.", "Look & see.", "ch1#slip-k")
WRONG = Verdict(
    "f",
    False,
    "f(a (3,), p)",
    (
        Difference("value", "a", "a", "differs"),
        Difference("value", "a", "a[1]", "differs too"),
    ),
    mistake=MISTAKE,
    notes=("A note.",),
    section="ch1#f",
    outputs=("a", "b"),
)
NASTY = "\"><script>alert('x')</script>"


def of_outputs(count, **change):
    differences = tuple(
        Difference("value", f"o{i}", f"o{i}", "differs", **change) for i in range(count)
    )
    return Verdict(
        "f",
        False,
        "f()",
        differences,
        section="ch1#f",
        outputs=tuple(f"o{i}" for i in range(count + 1)),
    )


def test_right():
    assert as_text(Verdict("f", True)) == "✓ f is right: shapes and values agree."
    assert "<b>✓ f</b> is right" in as_html(Verdict("f", True))


def test_wrong_reads_from_the_call_to_the_book():
    assert as_text(WRONG).splitlines() == [
        "✗ f is not right yet.",
        "  called    f(a (3,), p)",
        "  note      A note.",
        "  found     `a` differs",
        "  right     `b`",
        "  mistake   `Waa` <b>is</b> wrong.",
        "  book      ch1.html#slip-k",
        "",
        "  hint      Look & see.",
    ]


def test_a_failure_stands_in_the_place_of_differences():
    text = as_text(
        Verdict(
            "f",
            False,
            "f()",
            failure="raises ValueError: no",
            section="ch1#f",
            outputs=("a",),
        )
    )
    assert text.splitlines()[2:] == [
        "  found     raises ValueError: no",
        "  book      ch1.html#f",
    ]


def test_what_was_not_checked_is_not_called_wrong():
    verdict = Verdict("f", False, "check(f)", failure="no numbers", checked=False)
    assert as_text(verdict).splitlines() == [
        "? f was not checked.",
        "  called    check(f)",
        "  found     no numbers",
    ]
    assert "was not checked" in as_html(verdict)


def test_many_differences_are_counted():
    text = as_text(of_outputs(MORE + 2))
    assert text.count("differs") == MORE
    assert f"and 2 more: `o{MORE}`, `o{MORE + 1}`" in text
    assert f"right     `o{MORE + 2}`" in text


def test_no_output_is_called_right_where_the_whole_is_off():
    broken = replace(
        WRONG,
        differences=(Difference("structure", "", "the function", "returns None"),),
        mistake=None,
    )
    assert "  right  " not in as_text(broken)
    assert "  found     the function returns None" in as_text(broken)
    assert as_text(broken).endswith("ch1.html#f")


WEB = BookPlace("https://b.example/x", "https://b.example/x")
BESIDE = BookPlace("file:///c/docs", "../docs")


@each_row(
    ("book", "address", "link"),
    [
        (
            WEB,
            "https://b.example/x/book/ch1.html#slip-k",
            '<a href="https://b.example/x/book/ch1.html#slip-k" target="_blank" rel="noopener">',
        ),
        (
            BESIDE,
            "file:///c/docs/book/ch1.html#slip-k",
            '<a href="../docs/book/ch1.html#slip-k">',
        ),
    ],
)
def test_the_section_is_a_link_where_the_book_is_known(book, address, link):
    verdict = replace(WRONG, book=book)
    assert f"  book      {address}" in as_text(verdict).splitlines()
    assert f"{link}ch1.html#slip-k</a>" in as_html(verdict)


def test_without_a_book_the_section_is_text():
    assert "<a" not in as_html(WRONG)


def test_the_address_of_the_book_is_escaped():
    verdict = replace(WRONG, book=BookPlace(NASTY, NASTY))
    assert "<script" not in as_html(verdict)


def test_section_text():
    assert (section_text("ch1#slip-k"), section_text("ch1")) == (
        "ch1.html#slip-k",
        "ch1.html",
    )


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags = [], set()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@each_row("where", ["function", "call", "failure", "symptom", "note", "path"])
def test_everything_is_escaped(where):
    parts = dict.fromkeys(
        ("function", "call", "failure", "symptom", "note", "path"), "plain"
    ) | {where: NASTY}
    difference = Difference(
        "value", "a", parts["path"], "differs", wrong=np.eye(2, dtype=bool)
    )
    mistake = replace(MISTAKE, symptom=parts["symptom"])
    html = as_html(
        Verdict(
            parts["function"],
            False,
            parts["call"],
            (difference,),
            parts["failure"],
            mistake,
            (parts["note"],),
        )
    )
    page = Balanced()
    page.feed(html)
    assert page.open == []
    assert page.tags <= {"div", "b", "code", "pre", "span", "details", "i", "summary"}
    assert "&lt;script&gt;" in html


def test_backticks_become_code():
    assert "<code>Waa</code> &lt;b&gt;is&lt;/b&gt; wrong." in as_html(WRONG)
    assert "one ` only" in as_html(replace(WRONG, notes=("one ` only",)))


def test_mistake_and_hint_are_folded():
    html = as_html(WRONG)
    assert html.index("<details") < html.index("wrong.") < html.index("Look &amp; see.")
    assert " open>" not in html


def test_they_are_open_when_the_function_failed_before():
    assert " open>" in as_html(replace(WRONG, again=True))


def test_what_is_judged_may_not_be_what_stands_there():
    for verdict in (WRONG, Verdict("f", True)):
        told = replace(verdict, before=("`f` <was> edited.",))
        assert as_text(told).splitlines()[0] == "! `f` <was> edited."
        html = as_html(told)
        assert html.index("<code>f</code> &lt;was&gt; edited.") < html.index("is ")


def test_a_tick_says_what_it_stands_for():
    right = Verdict("f", True, tried=("the example",), untried=("many steps",))
    assert as_text(right).splitlines()[1:] == [
        "  tried     the example",
        "  not tried the hidden tests' own sizes and numbers, many steps",
    ]
    assert "many steps" in as_html(right)


def test_a_place_inside_is_set_as_code_without_its_name():
    difference = Difference("value", "cache", "cache[0] (a_next)", "differs")
    assert "`cache[0]` (a_next) differs" in as_text(
        replace(WRONG, differences=(difference,))
    )


@each_row(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("", ""),
        ("`a < b` and `c`", "<code>a &lt; b</code> and <code>c</code>"),
        ("a ` too many `b`", "a ` too many `b`"),
    ],
)
def test_code_is_what_stands_between_backticks(text, html):
    assert code_html(text) == html
