"""The typesetting of formulas while the book is built."""

import re
from types import SimpleNamespace

import pytest
from book_fixtures import ROOT, extension
from docutils import nodes
from docutils.utils import new_document
from tables import each_row

formulas = extension("formulas")


@pytest.mark.parametrize("display", [False, True])
def test_a_formula_becomes_html_and_mathml(display):
    html = formulas.TYPESET(r"c^{\langle t\rangle} = f \odot \tilde c", display)
    assert (
        html.count("<math") == html.count('class="katex-html" aria-hidden="true"') == 1
    )
    assert ('display="block"' in html) == ("katex-display" in html) == display
    assert "⊙" in html
    assert not re.search("annotation|langle|xmlns=.[^>]*MathML", html)


@each_row(
    "tex",
    [
        r"\begin{aligned} a &= b",
        r"\nosuchcommand x",
        "x^{2",
        "a & b",
        r"\begin{multline}a\end{multline}",
    ],
)
def test_what_cannot_be_set_is_refused_with_a_reason(tex):
    with pytest.raises(ValueError, match=r"^KaTeX parse error"):
        formulas.TYPESET(tex, True)


def test_what_latex_itself_would_refuse_is_refused():
    with pytest.raises(ValueError, match="unicodeTextInMathMode"):
        formulas.TYPESET("größer", True)


@each_row(
    ("text", "nowrap", "tex"),
    [
        ("a = b", False, "a = b"),
        (r"a \\ b", False, r"\begin{split}a \\ b\end{split}"),
        ("a\n\nb\n\n", False, r"\begin{aligned}a\\b\end{aligned}"),
        (r"\begin{align}a&=b\end{align}", True, r"\begin{align*}a&=b\end{align*}"),
        (r"\begin{gather*}a\end{gather*}", True, r"\begin{gather*}a\end{gather*}"),
    ],
)
def test_a_displayed_formula_is_laid_out_without_a_number_of_its_own(text, nowrap, tex):
    laid_out = formulas.laid_out(nodes.math_block(text, text, nowrap=nowrap))
    assert laid_out == tex
    assert "katex-display" in formulas.TYPESET(laid_out, True)


def test_a_formula_that_cannot_be_set_warns_at_its_place(monkeypatch):
    said = []
    monkeypatch.setattr(
        formulas,
        "LOGGER",
        SimpleNamespace(warning=lambda *words, **where: said.append((words, where))),
    )
    node, writer = (
        nodes.math("", "x^{2"),
        SimpleNamespace(encode=lambda text: text.replace("<", "&lt;")),
    )
    assert (
        formulas.written(writer, node, "x^{2 < y", False) == "<code>x^{2 &lt; y</code>"
    )
    ((words, where),) = said
    assert (words[0] % words[1:]).startswith("KaTeX parse error: ")
    assert where == {"location": node}
    assert formulas.written(writer, node, "x^2", False).startswith(
        '<span class="katex">'
    )
    assert len(said) == 1


def test_style_sheet_holds_its_fonts_and_loads_nothing():
    sheet = formulas.style_sheet()
    kept = {
        path.stem for path in (ROOT / "book" / "vendor" / "katex" / "fonts").iterdir()
    }
    assert (
        sheet.count("@font-face")
        == sheet.count("url(data:font/woff2;base64,")
        == len(kept)
        >= 2
    )
    assert "url(fonts" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert ".katex .vlist-t{" in sheet


@each_row(
    ("after", "joined", "rest"),
    [
        (", and so on", ",", " and so on"),
        (").", ").", ""),
        (" and so on", None, " and so on"),
        ("-wise", None, "-wise"),
    ],
)
def test_a_comma_stays_with_its_formula(after, joined, rest):
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.math("", "z"), nodes.Text(after))
    formulas.JoinPunctuation.run(SimpleNamespace(document=document))
    first, text = document[0]
    assert text == rest
    if joined:
        assert first["classes"] == ["joined"]
        assert [one.astext() for one in first] == ["z", joined]
    else:
        assert isinstance(first, nodes.math)


@each_row(
    ("before", "after", "joined", "rest"),
    [
        ("the state (", " in papers)", "(z", "the state "),
        ("in “(", ")”", "“(z)”", "in "),
        ("a share of ", ".", "z.", "a share of "),
    ],
)
def test_a_bracket_stays_with_its_formula(before, after, joined, rest):
    document = new_document("page")
    document += nodes.paragraph(
        "", "", nodes.Text(before), nodes.math("", "z"), nodes.Text(after)
    )
    formulas.JoinPunctuation.run(SimpleNamespace(document=document))
    first, whole, _ = document[0]
    assert whole["classes"] == ["joined"]
    assert (first, whole.astext()) == (rest, joined)
    assert document.astext() == before + "z" + after


def test_a_formula_at_the_end_or_before_another_one_stays():
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.math("", "z"), nodes.math("", "r"))
    formulas.JoinPunctuation.run(SimpleNamespace(document=document))
    assert [type(one) for one in document[0]] == [nodes.math, nodes.math]
