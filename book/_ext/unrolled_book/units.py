"""The book of a class: the pages of units that it does not get are left out, the others keep
their numbers.

`course.toml` says which units there are, and from when an exercise is handed out. What leads to
a page that is left out becomes words, in `absent_pages`.
"""

import re

from sphinx.environment.collectors.toctree import TocTreeCollector

from autograder.unit.course import Course
from autograder.unit.handed_out import handed_out

CHAPTER = re.compile(r"book/ch(\d+)_\w+")
AFTER_THE_CONTENTS = 950  # which are read at 900
AFTER_THE_NUMBERS = 600  # Sphinx counts at 500


def pages_left_out(course):
    """Names of the documents that are not there for this class, or not yet.

    Of a unit that the class does not get these are all; of an exercise that is to be handed out
    later, its own page and that of its slips.
    """
    there, found = handed_out(course), []
    for assignment in course.assignments:
        stem = assignment.removeprefix("ex")
        if assignment not in there:
            found += [f"exercises/{assignment}/{assignment}", f"book/slips{stem}"]
        if assignment not in course.units:
            found += [f"book/ch{stem}", f"book/far{stem}"]
    return frozenset(found)


def leave_out(app, config):
    """Take pages out of the contents, and from what is read."""
    absent = pages_left_out(Course(config.course_root))
    config.absent_pages = sorted(absent)
    contents = getattr(config, "external_site_map", None)
    if contents is None or not absent:
        return
    for document in list(contents.values()):
        for tree in document.subtrees:
            tree.items = [item for item in tree.items if str(item) not in absent]
        document.subtrees = [tree for tree in document.subtrees if tree.items]
    for name in absent & set(contents):
        del contents[name]
    ignored = [f"{name}.*" for name in sorted(absent)]
    config.exclude_patterns = [*config.exclude_patterns, *ignored]


def keep_numbers(app, env):
    """Give chapters the numbers of their units, where some are left out before them."""
    if not app.config.absent_pages:
        return []
    changed = [name for name in env.toc_secnumbers if _renumber(env, name)]
    if changed:
        TocTreeCollector().assign_figure_numbers(env)
    return changed


def _renumber(env, name):
    """Put a chapter's own number before all numbers in it; say whether it had another."""
    chapter = CHAPTER.fullmatch(name)
    if not chapter:
        return False
    number = int(chapter[1])
    by_anchor = env.toc_secnumbers[name]
    if by_anchor.get("", (number,))[0] == number:
        return False
    for anchor, own in by_anchor.items():
        by_anchor[anchor] = (number, *own[1:])
    numbered = [env.titles[name], *env.tocs[name].findall()]
    for node in numbered:
        if getattr(node, "attributes", {}).get("secnumber"):
            node["secnumber"] = [number, *node["secnumber"][1:]]
    return True


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("absent_pages", [], "html")
    app.connect("config-inited", leave_out, priority=AFTER_THE_CONTENTS)
    app.connect("env-get-updated", keep_numbers, priority=AFTER_THE_NUMBERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
