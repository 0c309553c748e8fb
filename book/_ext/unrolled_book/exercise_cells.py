"""Show on an exercise's page which cell is whose: given, to be written, a check; and where the
stub is.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .practice import EXERCISE

START, END = "### START CODE HERE ###", "### END CODE HERE ###"
ANSWER = "Your answer here."  # what stands for an answer in words


class ExerciseCells(SphinxPostTransform):
    """Label the cells by what nbgrader knows of them."""

    default_priority = 6
    formats = ("html",)

    def run(self, **kwargs):
        """Work on the page that is about to be written."""
        if not EXERCISE.fullmatch(self.env.docname):
            return
        for cell in list(
            self.document.findall(
                lambda node: "cell_metadata" in getattr(node, "attributes", {})
            )
        ):
            kind, words = label(cell["cell_metadata"].get("nbgrader"))
            if kind:
                cell["classes"].append(f"cell-{kind}")
                cell.insert(0, nodes.paragraph("", "", *words, classes=["cell-label"]))
            for code in cell.findall(nodes.literal_block):
                marked = between_markers(code.astext())
                if kind == "yours" and marked:
                    code["highlight_args"] = {
                        **code.get("highlight_args", {}),
                        "hl_lines": marked,
                    }
        for paragraph in self.document.findall(nodes.paragraph):
            if paragraph.astext() == ANSWER:
                paragraph["classes"].append("answer-here")


def label(grading):
    """Kind of a cell, and the words above it; nothing above an experiment."""
    if not grading:
        return "", []
    if grading["grade"]:
        return "check", [nodes.Text(f"Check · {grading['points']:g} points")]
    if grading["solution"]:
        return "yours", [
            nodes.Text("Your part: "),
            nodes.literal("", grading["grade_id"]),
        ]
    return "given", [nodes.Text("Given")]


def between_markers(text):
    """Numbers of the lines from each START marker to its END."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), 1):
        inside = inside or line.strip().startswith(START)
        if inside:
            found.append(number)
        inside = inside and not line.strip().startswith(END)
    return found


def setup(app):
    """Register with Sphinx."""
    app.add_post_transform(ExerciseCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
