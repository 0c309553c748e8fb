"""Typeset every formula while the book is built, with KaTeX: HTML to look at, MathML for screen
readers, no script.

KaTeX runs in V8 within this process. What it cannot typeset, or takes only against LaTeX's own
rules, is a warning of the build at the formula's place. Its style sheet goes out with the fonts
inside, so that formulas have their final width at the first paint.
"""

import base64
import re
from functools import cache, cached_property
from pathlib import Path
from zlib import crc32

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
KATEX = Path(__file__).resolve().parents[2] / "vendor" / "katex"
SET = """(tex, display) => katex.renderToString(tex, {displayMode: display, strict: "error"})"""
SOURCE = re.compile(
    r"</?semantics>|<annotation [^>]*>.*?</annotation>| xmlns=\"[^\"]*Math/MathML\"",
    re.DOTALL,
)
NUMBERED = re.compile(r"(\\(?:begin|end)\{(?:align|alignat|equation|gather)\})")
OPENING = re.compile(r"[(\[‘“]+$")
PUNCTUATION = re.compile(r"[.,;:!?)\]’”]+")
FACE = re.compile(r"@font-face\{[^}]*\}")
FONT = re.compile(r"url\(fonts/([\w-]+)\.woff2\) format\([^)]*\)")


class Typesetter:
    """KaTeX, started when the first formula is set."""

    @cached_property
    def _set(self):
        self._engine = MiniRacer()
        self._engine.eval((KATEX / "katex.min.js").read_text(encoding="utf-8"))
        return self._engine.eval(SET)

    @cache  # noqa: B019  the one typesetter lives as long as the build
    def __call__(self, tex, display=False):
        """Return a formula's HTML and MathML.

        Parameters
        ----------
        tex : str
            The formula in LaTeX, without delimiters.
        display : bool
            Whether it stands on lines of its own.

        Raises
        ------
        ValueError
            KaTeX cannot set it; with KaTeX's reason.
        """
        try:
            return SOURCE.sub("", self._set(tex, display))
        except JSEvalException as refused:
            raise ValueError(
                re.sub(r"^.*?(?=KaTeX)", "", str(refused)).splitlines()[0]
            ) from refused


TYPESET = Typesetter()


def laid_out(node):
    """LaTeX of a displayed formula: paragraphs below one another, the number left to the page."""
    text = node.astext()
    if node.get("nowrap"):
        return NUMBERED.sub(lambda found: found[0][:-1] + "*}", text)
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    parts = [
        rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part
        for part in parts
    ]
    if len(parts) == 1:
        return parts[0]
    return r"\begin{aligned}" + r"\\".join(parts) + r"\end{aligned}"


def written(writer, node, tex, display):
    """HTML of a formula; its source, with a warning, where it cannot be typeset."""
    try:
        return TYPESET(tex, display)
    except ValueError as reason:
        LOGGER.warning("%s", reason, location=node)
        return f"<code>{writer.encode(tex)}</code>"


class JoinPunctuation(SphinxPostTransform):
    """Put a formula, the bracket before it and the comma or full stop after it into one span, which
    is not broken there.

    A browser may break a line between them, since a formula is a box to it.
    """

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        """Work on the page that is about to be written."""
        for formula in list(self.document.findall(nodes.math)):
            join(formula)


def join(formula):
    """Put a formula and the marks at its two ends into one span, if it has any."""
    parent = formula.parent
    place = parent.index(formula)
    before, after = parent[place - 1] if place else None, parent[place + 1 : place + 2]
    opening, closing = (
        found[0] if found else ""
        for found in (
            isinstance(before, nodes.Text) and OPENING.search(before),
            after and isinstance(after[0], nodes.Text) and PUNCTUATION.match(after[0]),
        )
    )
    if not opening and not closing:
        return
    marks = [nodes.Text(opening), formula.deepcopy(), nodes.Text(closing)]
    whole = nodes.inline("", "", *filter(len, marks), classes=["joined"])
    if opening:
        parent.replace(before, nodes.Text(before[: -len(opening)]))
    if closing:
        parent.replace(after[0], nodes.Text(after[0][len(closing) :]))
    parent.replace(formula, whole)


def visit_math(writer, node):
    """Write a formula within a line."""
    shown = written(writer, node, node.astext(), False)
    tag = writer.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    writer.body.append(f"{tag}{shown}</span>")
    raise nodes.SkipNode


def visit_math_block(writer, node):
    """Write a displayed formula, with its number if it has one."""
    writer.body.append(
        writer.starttag(node, "div", CLASS="math notranslate nohighlight")
    )
    if node["number"]:
        writer.body.append(
            f'<span class="eqno">({get_node_equation_number(writer, node)})'
        )
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(f"{written(writer, node, laid_out(node), True)}</div>\n")
    raise nodes.SkipNode


def style_sheet():
    """KaTeX's style sheet with those of its fonts that lie beside it written into it, and without
    the others.
    """

    def face(found):
        font = FONT.search(found[0])
        path = KATEX / "fonts" / f"{font[1]}.woff2"
        if not path.is_file():
            return ""
        data = base64.b64encode(path.read_bytes()).decode()
        return (
            found[0][: font.start()]
            + f'url(data:font/woff2;base64,{data}) format("woff2")}}'
        )

    return FACE.sub(face, (KATEX / "katex.min.css").read_text(encoding="utf-8"))


def publish(app):
    """Write the style sheet where the pages look for it."""
    if app.builder.format == "html":
        target = Path(app.outdir, "_static", "katex.css")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(style_sheet(), encoding="utf-8")
        app.add_css_file("katex.css", priority=400)


def on_search_page(app, pagename, templatename, context, doctree):
    """Keep the excerpts of what a search finds readable."""
    if pagename == "search":
        app.add_js_file("search_excerpts.js", defer="defer")


def setup(app):
    """Register with Sphinx."""
    app.add_post_transform(JoinPunctuation)
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    made_by = [
        Path(__file__),
        KATEX / "katex.min.js",
    ]  # where these change, every page is written anew
    app.add_config_value(
        "katex_made_by", [crc32(path.read_bytes()) for path in made_by], "html"
    )
    app.connect("builder-inited", publish)
    app.connect("html-page-context", on_search_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
