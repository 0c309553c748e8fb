"""Let a chapter's visible cells run in the page, where they stand on nothing that is hidden.

A cell may use what visible cells above it define, and functions that a hidden cell takes from an
exercise's reference: for these the page takes the reader's own, if they pass their check. Numpy
is at hand. A cell that uses anything else of a hidden cell gets no button.
"""

import ast
import builtins
import re
import symtable
from dataclasses import dataclass, field

import jupytext
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .live_cells import is_cell
from .live_files import add_code

PAGE = re.compile(r"book/(?:ch|far)\d+_\w+")
HIDDEN = {"remove-input", "remove-cell", "hide-input"}
ALWAYS = {*dir(builtins), "__name__", "display"}
NUMPY = ("numpy",)  # what stands for it among those that bind names
SHOWN = "np.set_printoptions("  # how a chapter prints is no secret


@dataclass
class Runnable:
    """What a visible cell needs to run.

    Attributes
    ----------
    text : str
        What stands in it.
    after : list of int
        The visible cells that must have run, by their numbers.
    own : dict of str to list of str
        Functions of exercises that it or they use, by exercise, as the chapter calls each:
        `rnn_forward`, or `lm.sample`.
    """

    text: str
    after: list = field(default_factory=list)
    own: dict = field(default_factory=dict)


def runnable(cells):
    """Tell of each visible cell what it needs; None where it needs what is hidden.

    Parameters
    ----------
    cells : list of (str, bool)
        Texts of all code cells, and whether each is seen.

    Returns
    -------
    list of Runnable or None
        For the visible ones.
    """
    found, binder, aliases = [], {}, {}
    for text, visible in cells:
        used, bound = names_of(text)
        if visible:
            found.append(_needs(text, used - ALWAYS, binder, found))
            binder |= dict.fromkeys(bound, len(found) - 1)
        else:
            given = references(text, aliases)
            binder |= {name: given.get(name) for name in bound} | numpy_in(text)
            aliases |= {
                name: one for name, one in given.items() if isinstance(one, str)
            }
    return found


def _needs(text, names, binder, before):
    """Give what a cell needs, by whoever has bound each name last."""
    one = Runnable(text)
    for name in sorted(names):
        by = binder.get(name)
        if by == NUMPY:
            continue
        if isinstance(by, tuple) and by[1] == name:
            _add(one.own, {by[0]: [name]})
        elif isinstance(by, str) and (members := members_of(name, text)):
            _add(one.own, {by: [f"{name}.{member}" for member in members]})
        elif isinstance(by, int) and before[by] is not None:
            one.after = sorted({*one.after, by, *before[by].after})
            _add(one.own, before[by].own)
        else:
            return None
    return one


def members_of(name, text):
    """Give the attributes of a name that a cell uses; none if it uses the name otherwise, too."""
    tree = ast.parse(text)
    places = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
    members = [
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == name
    ]
    return sorted(set(members)) if len(members) == len(places) else []


def numpy_in(text):
    """Give the name under which a cell imports numpy, if it does."""
    return {"np": NUMPY} if re.search(r"^import numpy as np$", text, re.M) else {}


def _add(own, more):
    """Add names by exercise to others."""
    for assignment, names in more.items():
        own[assignment] = sorted({*own.get(assignment, []), *names})


def names_of(text):
    """Give the names that a cell takes from elsewhere, and those that it binds."""
    table = symtable.symtable(text, "cell", "exec")
    bound = {
        one.get_name()
        for one in table.get_symbols()
        if one.is_assigned() or one.is_imported() or one.is_namespace()
    }
    used = {one.get_name() for one in table.get_symbols() if one.is_referenced()}
    inner = list(table.get_children())
    while inner:
        table = inner.pop()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global()}
        inner += table.get_children()
    return used - bound | _read_first(text, bound), bound


def _read_first(text, bound):
    """Give the names that a cell both binds and reads from elsewhere before that."""
    seen, first = set(), set()
    for statement in ast.parse(text).body:
        walked = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        inside = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        if not inside:
            loaded = {n.id for n in walked if isinstance(n.ctx, ast.Load)}
            stored = {n.id for n in walked if isinstance(n.ctx, ast.Store)}
            if isinstance(statement, ast.AugAssign):
                loaded |= stored
            loops = isinstance(statement, ast.For | ast.While | ast.With)
            first |= (loaded & bound) - seen - (stored if loops else set())
            first -= _comprehended(statement) - loaded
        seen |= _stored(statement)
    return first


def _comprehended(statement):
    """Give the names that live within a comprehension only."""
    return {
        name.id
        for node in ast.walk(statement)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }


def _stored(statement):
    """Give the names that a statement binds."""
    found = {
        n.id
        for n in ast.walk(statement)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    if isinstance(statement, ast.Import | ast.ImportFrom):
        found |= {(a.asname or a.name).split(".")[0] for a in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        found.add(statement.name)
    return found


def references(text, aliases):
    """Give what a hidden cell binds to an exercise's reference, or to a function of it.

    Parameters
    ----------
    text : str
        The cell.
    aliases : dict of str to str
        Names of references that earlier cells have bound, with their exercises.

    Returns
    -------
    dict of str to (str or tuple)
        An exercise; or an exercise and a function's name.
    """
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign):
            for target, value in _pairs(node):
                if isinstance(target, ast.Name) and (
                    what := _reference(value, aliases | found)
                ):
                    found[target.id] = what
    return found


def _pairs(node):
    """Give targets and values of an assignment, side by side where both are tuples."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


def _reference(value, aliases):
    """Give the exercise that an expression is the reference of, or exercise and function."""
    if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "reference":
        return value.args[0].value if isinstance(value.args[0], ast.Constant) else None
    if isinstance(value, ast.Name) and isinstance(aliases.get(value.id), str):
        return aliases[value.id]
    if isinstance(value, ast.Attribute):
        home = _reference(value.value, aliases)
        return (home, value.attr) if isinstance(home, str) else None
    return None


def cells_of(path):
    """Give the texts of a chapter's code cells, and whether each is seen."""
    notebook = jupytext.read(path, fmt="md:myst")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        (cell.source, HIDDEN.isdisjoint(cell.metadata.get("tags", []))) for cell in code
    ]


def plan(env, docname):
    """Give what the visible cells of a page need, and the lines that say how it prints."""
    cells = cells_of(env.doc2path(docname))
    prelude = [
        line
        for text, visible in cells
        if not visible
        for line in text.splitlines()
        if line.startswith(SHOWN)
    ]
    return runnable(cells), prelude


class LiveChapters(SphinxPostTransform):
    """Leave room for a button below each cell that can run."""

    default_priority = 7
    formats = ("html",)

    def run(self, **kwargs):
        """Work on the page that is about to be written."""
        if not self.config.live or not PAGE.fullmatch(self.env.docname):
            return
        needs, _ = plan(self.env, self.env.docname)
        shown = [cell for cell in self.document.findall(is_cell) if is_seen(cell)]
        for cell, need in zip(shown, needs, strict=True):
            if need is not None:
                cell["classes"].append("cell-runs")
                cell += nodes.container("", classes=["live-bar"], is_div=True)


def is_seen(cell):
    """Say whether a cell's code is on the page, and not folded away."""
    return HIDDEN.isdisjoint(cell["cell_metadata"].get("tags", []))


def load(app, pagename, templatename, context, doctree):
    """Have a chapter's page load its script, if it has something to run."""
    if not app.config.live or not PAGE.fullmatch(pagename):
        return
    needs, prelude = plan(app.env, pagename)
    cells = [
        {"text": one.text, "after": one.after, "own": one.own} if one else None
        for one in needs
    ]
    if any(cells):
        prelude = "\n".join(["import numpy as np", *prelude])
        add_code(app, context, pagename, "chapter.js", cells=cells, prelude=prelude)


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("unrolled_book.live_files")
    app.add_post_transform(LiveChapters)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
