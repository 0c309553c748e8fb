"""What leads to a page that this class's book leaves out becomes plain words.

A link keeps its own words. One without gets the title of the page or of the section; an
equation or a figure is called one of its chapter. On the cover the lines of chapters that are
not there go, and the first button leads to the first chapter that is.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join

from .units import CHAPTER

LABELS = re.compile(
    r"^\((?P<target>[\w-]+)\)=\s*$"
    r"|^:?(?:label|name): *(?P<option>[\w-]+)\s*$"
    r"|\$\$ *\((?P<math>[\w-]+)\)",
    re.M,
)
HEADING = re.compile(r"^#+ (?P<title>.+?)\s*$", re.M)
NUMBER = re.compile(r"book/(?:ch|far|slips)(\d+)_")
LISTED = "cover-chapters"  # the container of the cover's list
KINDS = {"eq": "an equation", "numref": "a figure"}


class AbsentPages(SphinxPostTransform):
    """Replace the links of the page that is about to be written."""

    default_priority = 4  # before blocks are put in, and references resolved

    def run(self, **kwargs):
        """Look at every link that is to be resolved."""
        if not self.config.absent_pages:
            return
        labels = labels_of(Path(self.app.srcdir), self.config.absent_pages)
        self.shorten_cover()
        for link in list(self.document.findall(addnodes.pending_xref)):
            page = self.page_of(link, labels)
            if page in self.config.absent_pages:
                self.replace(link, page, labels)

    def page_of(self, link, labels):
        """Name of the page that a link leads to; "" if it is none of those left out."""
        target = link["reftarget"]
        kind = link["reftype"]
        if kind == "doc":
            return docname_join(link.get("refdoc", self.env.docname), target)
        if link.get("refdomain") == "doc":
            return target
        return labels.get(target, ("", ""))[0]

    def replace(self, link, page, labels):
        """Put words in a link's place; the cover's button is led to another chapter."""
        first = self.first_chapter()
        if "sd-btn" in link["classes"] and first:
            link["reftarget"], link["refexplicit"] = f"/{first}", True
            number = CHAPTER.fullmatch(first)[1]
            for text in list(link.findall(nodes.Text)):
                text.parent.replace(
                    text, nodes.Text(re.sub(r"\d+", number, text.astext()))
                )
            return
        link.replace_self(self.words(link, page, labels))

    def words(self, link, page, labels):
        """What a reader reads where the link was."""
        own = link.astext()
        if link.get("refexplicit") or (own and own != link["reftarget"]):
            inner = link.children
            if len(inner) == 1 and isinstance(inner[0], nodes.inline):
                inner = inner[0].children or inner
            return [child.deepcopy() for child in inner]
        if kind := KINDS.get(link["reftype"]):
            number = NUMBER.match(page)
            return [nodes.Text(f"{kind} of chapter {number[1]}" if number else kind)]
        title = labels.get(link["reftarget"], ("", ""))[1]
        return [nodes.Text(title or title_of(Path(self.app.srcdir), page))]

    def first_chapter(self):
        """Name of the first chapter that is there; "" if none is."""
        found = [CHAPTER.fullmatch(name) for name in self.env.found_docs]
        chapters = [match for match in found if match]
        if not chapters:
            return ""
        return min(chapters, key=lambda match: int(match[1])).string

    def shorten_cover(self):
        """Take the lines of absent chapters from the cover's list; the others keep their numbers.

        A list of HTML counts by itself, so each gap begins a new one.
        """
        for around in self.document.findall(nodes.container):
            if LISTED not in around["classes"]:
                continue
            for listed in list(around.findall(nodes.enumerated_list)):
                listed.replace_self(list(self.runs(listed)))

    def runs(self, listed):
        """The list without the lines that are gone, as lists that count without a gap."""
        run = None
        for number, item in enumerate(list(listed.children), listed.get("start", 1)):
            link = next(iter(item.findall(addnodes.pending_xref)), None)
            if link is not None and self.page_of(link, {}) in self.config.absent_pages:
                run = None
                continue
            if run is None:
                run = listed.copy()
                run["start"] = number
                yield run
            run += item


def labels_of(root, pages):
    """The labels of pages that are not read: the page of each, and the title of its section."""
    found = {}
    for page in pages:
        text = text_of(root, page)
        for label in LABELS.finditer(text):
            title = HEADING.match(text[label.end() :].lstrip())
            name = label["target"] or label["option"] or label["math"]
            found[name] = (page, title["title"] if title else "")
    return found


def title_of(root, page):
    """The title of a page that is not read, as far as it is Markdown; else its name."""
    title = HEADING.search(text_of(root, page))
    return title["title"] if title else page.rpartition("/")[2]


def text_of(root, page):
    """A page's source; "" for a notebook, and where there is none."""
    path = root / f"{page}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def setup(app):
    """Register with Sphinx."""
    app.add_post_transform(AbsentPages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
