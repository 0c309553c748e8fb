"""The way from a chapter to its exercise, and back: blocks that no page has to write down.

A chapter gets one at the end of its section `chN-exercise`, and a line at its very end; an
exercise's page gets one below its title, which also leads to the page of slips. They name the
ways to open the notebook: those that need a public repository are there only where
`course.toml` names one.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx_design.shared import create_component

from autograder.unit.repository import notebook_path

from .course_links import exercise_page, page_link, repository
from .student_zip import ZIP

LOGGER = logging.getLogger(__name__)
CHAPTER = re.compile(r"book/ch((\d+)_\w+)")
EXERCISE = re.compile(r"exercises/(ex((\d+)_\w+))/\1")
WAYS = "ways-to-open"  # the id of the block on an exercise's page
COMMANDS = {
    "Linux, macOS": "python3 start.py lab {path}",
    "Windows": "py start.py lab {path}",
    "with uv": "uv run --with-requirements requirements.txt start.py lab {path}",
}


class Practice(SphinxPostTransform):
    """Put the blocks on the page that is about to be written."""

    default_priority = 5  # before references are resolved
    formats = ("html",)

    def run(self, **kwargs):
        """Look what kind of page it is."""
        pages = self.env.found_docs
        if (chapter := CHAPTER.fullmatch(self.env.docname)) and exercise_page(
            f"ex{chapter[1]}"
        ) in pages:
            self.on_chapter(f"ex{chapter[1]}", chapter[2])
        elif exercise := EXERCISE.fullmatch(self.env.docname):
            self.on_exercise(exercise[1], f"book/ch{exercise[2]}", exercise[3])

    def on_chapter(self, assignment, number):
        """Hand over where the chapter says what is to be written, and once more at its end."""
        sections = [
            s
            for s in self.document.findall(nodes.section)
            if f"ch{number}-exercise" in s["ids"]
        ]
        if not sections:
            LOGGER.warning(
                "no section ch%s-exercise: the chapter never hands over",
                number,
                location=self.env.docname,
            )
            return
        facts = self.facts(assignment)
        line = nodes.paragraph(
            "", "", self.link(exercise_page(assignment)), nodes.Text(f" · {facts}")
        )
        line["classes"].append("practice-title")
        where = self.app.builder.get_relative_uri(
            self.env.docname, exercise_page(assignment)
        )
        ways = self.ways(assignment)
        ways.insert(1, way("JupyterLab, on your own machine", f"{where}#{WAYS}", "lab"))
        sections[0] += block(line, block(listed(ways), kind="practice-open"))
        top = next(iter(self.document.findall(nodes.section)))
        line = nodes.paragraph(
            "", "Now it is your turn: ", self.link(exercise_page(assignment))
        )
        top += block(line, kind="practice-end")

    def on_exercise(self, assignment, chapter, number):
        """Say below the title what the page is, and how the notebook is opened."""
        said = [
            nodes.Text(f"The exercise of chapter {number}, "),
            self.link(chapter),
            nodes.Text("."),
        ]
        if chapter not in self.env.found_docs:
            said = [nodes.Text(f"The exercise of chapter {number}.")]
        said.append(nodes.Text(f" {self.facts(assignment)}."))
        what = (
            "This page shows the notebook as you will get it. To work in it, open it:"
        )
        if getattr(self.config, "live", None):
            what = "Or work in JupyterLab, with the same notebook and the same checks:"
        ways = [
            nodes.paragraph("", what),
            listed(self.ways(assignment)),
            *self.more(assignment),
        ]
        line = nodes.paragraph("", "", *said, classes=["practice-title"])
        top = next(iter(self.document.findall(nodes.section)))
        slips = f"book/slips{chapter.removeprefix('book/ch')}"
        if slips in self.env.found_docs:
            line += [nodes.Text(" Stuck? "), self.link(slips), nodes.Text(".")]
        top.insert(1, block(line, block(*ways, kind="practice-open"), ids=[WAYS]))

    def link(self, there):
        """Link to another page, with its title."""
        return page_link(self.env.docname, there)

    def ways(self, assignment):
        """Links that fetch or open the notebook; only the zip needs no repository, the book
        brings it along.
        """
        home = "../" * self.env.docname.count("/")
        found = [way("Download all exercises (zip)", f"{home}{ZIP}", "zip")]
        public = repository(self.app)
        if public:
            online = [
                ("Binder", public.binder(assignment), "binder"),
                ("Colab", public.colab(assignment), "colab"),
            ]
            found += [way(*one) for one in online if one[1]]
        return found

    def more(self, assignment):
        """What is to be known of machines that are lent, and how JupyterLab is started; the
        latter folded.
        """
        public, found = repository(self.app), []
        if public:
            warn = (
                "Binder lends you a machine and keeps nothing: "
                "download your notebook before you leave."
            )
            if public.colab(assignment):
                warn += " On Colab run the first cell first, every time,"
                warn += " and save the notebook to your Drive."
            found.append(nodes.paragraph("", warn, classes=["practice-note"]))
        fetch = "Unpack the zip and open a terminal in its folder."
        if public:
            fetch = f"Unpack the zip, or fetch {public.address} with git,"
            fetch += " and open a terminal in the folder."
        fetch += " You need Python 3.11 or newer. This line installs what is missing, makes your"
        fetch += " notebooks and opens this one; it never replaces one that you have written in."
        fetch += " When there is a new release, type "
        update = [
            nodes.literal("", "python3 start.py update"),
            nodes.Text(" in the same folder (on Windows "),
            nodes.literal("", "py start.py update"),
            nodes.Text(")."),
        ]
        return [
            *found,
            fold(
                "JupyterLab, on your own machine",
                [nodes.paragraph("", fetch, *update), commands(assignment)],
            ),
        ]

    def points(self, assignment):
        """Points of the notebook."""
        return points_of(self.app.srcdir, assignment)

    def facts(self, assignment):
        """Points, about how long it takes, and until when it is on time: what is known of it."""
        due = self.config.course_settings["due"].get(assignment, "")
        said = [f"{self.points(assignment):g} points", self.time(assignment)]
        return ", ".join(filter(None, [*said, f"due {due}" if due else ""]))

    def time(self, assignment):
        """About how long the exercise takes, in words."""
        return time_of(self.config, assignment)


def points_of(source, assignment):
    """Points of a notebook, from the labels of its graded cells."""
    path = Path(source, f"{exercise_page(assignment)}.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in cells)


def time_of(config, assignment):
    """About how long an exercise takes, in words; empty if nothing is said of it."""
    minutes = config.course_settings["minutes"].get(assignment, 0)
    return in_words(minutes) if minutes else ""


def in_words(minutes):
    """A length of time, to the half hour from an hour on: `about 2½ hours`."""
    if minutes < 60:
        return f"about {minutes} minutes"
    halves = round(minutes / 30)
    whole, half = halves // 2, "½" * (halves % 2)
    return "about an hour" if halves == 2 else f"about {whole}{half} hours"


def way(words, address, kind):
    """One way to open a notebook."""
    return nodes.reference(
        "",
        words,
        refuri=address,
        internal=False,
        classes=["practice-way", f"way-{kind}"],
    )


def listed(links):
    """Links as a list."""
    items = [nodes.list_item("", nodes.paragraph("", "", link)) for link in links]
    return nodes.bullet_list("", *items, classes=["practice-ways"])


def commands(assignment):
    """What is typed to start JupyterLab, a tab for each kind of system."""
    tabs = create_component("tab-set", ["sd-tab-set"])
    for number, (system, typed) in enumerate(COMMANDS.items()):
        code = nodes.literal_block(
            "", typed.format(path=notebook_path(assignment)), language="text"
        )
        label = nodes.rubric("", "", nodes.Text(system), classes=["sd-tab-label"])
        content = create_component("tab-content", ["sd-tab-content"], children=[code])
        tabs += create_component(
            "tab-item", ["sd-tab-item"], children=[label, content], selected=number == 0
        )
    return tabs


def fold(title, body):
    """Something that is unfolded when it is wanted."""
    state = {
        "opened": False,
        "type": "dropdown",
        "has_title": True,
        "icon": None,
        "chevron": None,
    }
    looks = {
        "container_classes": ["practice-fold"],
        "title_classes": [],
        "body_classes": [],
    }
    return create_component(
        "dropdown", **state, **looks, children=[nodes.rubric("", title), *body]
    )


def block(*parts, kind="practice", ids=()):
    """A block, set apart from the text."""
    return nodes.container("", *parts, classes=[kind], ids=list(ids), is_div=True)


def setup(app):
    """Register with Sphinx."""
    app.add_post_transform(Practice)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
