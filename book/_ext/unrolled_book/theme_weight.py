"""Leave out of the published theme what no page uses: nearly all of its icons, and the maps for
its developers.

The theme brings every icon of Font Awesome three times: as a script of 1.5 MB (which
`_templates` leaves out), as fonts and as style rules. Here the rules shrink to the icons that
the pages name, and the fonts to these glyphs, and lie in the style sheet, so that an icon is
there at the first paint.
"""

import base64
import io
import re
import shutil
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset

THEME = (
    Path(pydata_sphinx_theme.__file__).parent
    / "theme"
    / "pydata_sphinx_theme"
    / "static"
)
SHEET, SCRIPT = "styles/pydata-sphinx-theme.css", "scripts/pydata-sphinx-theme.js"
ICONS = "vendor/fontawesome/webfonts"
RULE = re.compile(r'((?:\.fa-[\w-]+::?before,?)+)\{content:"\\([0-9a-f]+)"\}')
CODE = re.compile(r'"\\([0-9a-f]{4})"')
ICON = re.compile(
    "[\ue000-\uf8ff]"
)  # in the theme's own rules the icons stand as letters
FONT = re.compile(r"(?<=src:)url\([^)]*/(fa-\w+-\d+)\.woff2\)[^}]*")
NAME = re.compile(r"\bfa-[\w-]+")


def slim(sheet, names):
    """Return the style sheet with the icons of these names and of its own rules, drawn by fonts
    within it.

    Parameters
    ----------
    sheet : str
        The theme's style sheet.
    names : set of str
        Icons that the pages show, as classes: `fa-bars`.
    """

    def kept(rule):
        if names.isdisjoint(NAME.findall(rule[1])):
            return ""
        # no words for a screen reader
        return f'{rule[1]}{{content:"\\{rule[2]}";content:"\\{rule[2]}"/""}}'

    sheet = RULE.sub(kept, sheet)
    codes = {int(code, 16) for code in CODE.findall(sheet)} | {
        ord(icon) for icon in ICON.findall(sheet)
    }

    def font(source):
        data = base64.b64encode(
            glyphs(THEME / ICONS / f"{source[1]}.ttf", codes)
        ).decode()
        return f'url(data:font/woff;base64,{data}) format("woff")'

    return FONT.sub(font, sheet).split("/*# sourceMappingURL")[0]


def glyphs(path, codes):
    """Bytes of a WOFF with a font's glyphs of these code points, those that it has."""
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True)
    packed = io.BytesIO()
    with subset.load_font(path, options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(packed)
    return packed.getvalue()


def publish(app, failure):
    """Replace the style sheet among the files of the book, and remove what is not used."""
    if failure or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    texts = [
        path.read_text(encoding="utf-8")
        for path in [*Path(app.outdir).rglob("*.html"), static / SCRIPT]
    ]
    names = {name for text in texts for name in NAME.findall(text)}
    (static / SHEET).write_text(
        slim((THEME / SHEET).read_text(encoding="utf-8"), names), encoding="utf-8"
    )
    for path in {*static.rglob("*.map"), *static.glob("scripts/fontawesome.js*")}:
        path.unlink()
    shutil.rmtree(static / "vendor" / "fontawesome", ignore_errors=True)


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
