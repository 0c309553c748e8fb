"""Let nothing on a page move after it is first painted, in a short script in the head.

The theme decides between light and dark at the end of a page, and until then shows what belongs
to either; it is decided here at the beginning, in the theme's own terms. And the fonts that lie
in the style sheets are unpacked before there is a line to lay out.
"""

SCRIPT = """
const page = document.documentElement.dataset;
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
if (page.mode === "auto") page.theme = dark ? "dark" : "light";
document.fonts.forEach(font => font.load());
"""


def setup(app):
    """Register with Sphinx: after the style sheets, before the other scripts."""
    app.add_js_file(None, body="{" + SCRIPT + "}", priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
