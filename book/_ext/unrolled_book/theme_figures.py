"""Give every figure that a code cell draws a twin in the colours of the dark theme, and load
only what is looked at.

The chapters draw with `book.figures.style`, whose colours come in pairs. A drawing is made
once, in the light colours; here its SVG is made compact and copied with each colour replaced by
its partner, and the style sheet shows the one that fits. The pages say how large a drawing is,
so that its place is kept, and leave it to the browser to fetch it when it comes near: never the
twin of the other theme, nor a step that is not shown.
"""

import posixpath
import re
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx.transforms import SphinxTransform

from book.figures.colours import in_the_dark
from book.figures.compact import compact

SIZE = re.compile(r'<svg[^>]* width="([\d.]+)pt" height="([\d.]+)pt"')


class drawing(nodes.image):  # noqa: N801  a docutils node, named like its kin
    """An image of known size, that is fetched when it is looked at."""


class ThemeFigures(SphinxTransform):
    """Put a dark copy after each SVG image among the outputs of the page's code cells."""

    default_priority = 500

    def apply(self, **kwargs):
        """Work on the page that has just been read."""
        for image in list(self.document.findall(nodes.image)):
            path = self._drawn(image["uri"])
            if path:
                svg = compact(path.read_text(encoding="utf-8"))
                path.write_text(svg, encoding="utf-8")
                path.with_name(f"{path.stem}-dark.svg").write_text(
                    in_the_dark(svg), encoding="utf-8"
                )
                dark = image["uri"].removesuffix(".svg") + "-dark.svg"
                image.replace_self(
                    [
                        shown(image, svg, "theme-light"),
                        shown(image, svg, "theme-dark", uri=dark),
                    ]
                )

    def _drawn(self, uri):
        """Path of an SVG that a cell has written, else None."""
        path = Path(self.env.relfn2path(uri)[1])
        is_drawing = path.suffix == ".svg" and "jupyter_execute" in path.parts
        return path if is_drawing and path.is_file() else None


def shown(image, svg, theme, **changed):
    """Return the node of one theme's drawing."""
    node = drawing(image.rawsource, **image.attributes | changed)
    node["classes"] = [*image["classes"], theme, "dark-light"]
    node["pixels"] = [
        round(float(points) * 4 / 3) for points in SIZE.search(svg).groups()
    ]
    return node


def visit_drawing(writer, node):
    """Write the tag."""
    name = writer.builder.images.get(node["uri"])
    source = (
        posixpath.join(writer.builder.imgpath, quote(name)) if name else node["uri"]
    )
    width, height = map(str, node["pixels"])
    more = {"alt": node["alt"], "width": width, "height": height, "loading": "lazy"}
    writer.body.append(writer.emptytag(node, "img", src=source, **more))
    raise nodes.SkipNode


def setup(app):
    """Register with Sphinx."""
    app.add_node(drawing, html=(visit_drawing, None))
    app.add_transform(ThemeFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
