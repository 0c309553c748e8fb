"""Give every figure that a code cell draws a twin in the colours of the dark theme.

The chapters draw with `book.figures.style`, whose colours come in pairs. A drawing is made once, in the light
colours; here its SVG is copied with each colour replaced by its partner, and the style sheet shows the one that fits.
"""

import sys
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

sys.path.append(str(Path(__file__).resolve().parents[2]))
from book.figures.colours import in_the_dark


class ThemeFigures(SphinxTransform):
    """Put a dark copy after each SVG image among the outputs of the page's code cells."""

    default_priority = 500

    def apply(self, **kwargs):
        """Work on the page that has just been read."""
        for light in list(self.document.findall(nodes.image)):
            path = self._drawn(light["uri"])
            if path:
                light["classes"] += ["theme-light", "dark-light"]
                dark = light.deepcopy()
                dark["classes"] = [*light["classes"][:-2], "theme-dark", "dark-light"]
                dark["uri"] = light["uri"].removesuffix(".svg") + "-dark.svg"
                path.with_name(f"{path.stem}-dark.svg").write_text(
                    in_the_dark(path.read_text(encoding="utf-8")), encoding="utf-8"
                )
                light.parent.insert(light.parent.index(light) + 1, dark)

    def _drawn(self, uri):
        """Path of an SVG that a cell has written, else None."""
        path = Path(self.env.relfn2path(uri)[1])
        return path if path.suffix == ".svg" and "jupyter_execute" in path.parts and path.is_file() else None


def setup(app):
    """Register with Sphinx."""
    app.add_transform(ThemeFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
