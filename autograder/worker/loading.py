"""Run the cells of a notebook as a kernel does, statement after statement; in the worker.

Below an error, where a kernel would not have come to, what takes nothing's place is defined all the
same: what failed may only be lacking here, such as a file. Where it is known to be lacking here,
such as a module or an example's numbers, the cell goes on.
"""

import __future__

import ast
import contextlib
import functools
import inspect
import operator
import sys
import traceback

import statements
from repair import AWAITING
from shell import NotHere

CELL = "cell "  # before a cell's id: the name of its code's file
# The compiler's flags of all features that a notebook may ask for.
FEATURES = functools.reduce(
    operator.or_,
    (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names),
)
WAITING = (ast.Await, ast.comprehension)  # a comprehension may be asynchronous
LOOPS = (ast.For, ast.AsyncFor, ast.While)
WITH = (ast.With, ast.AsyncWith)
ONE_BRANCH = (*WITH, ast.If, ast.Try)
ALWAYS_RUN = (ast.If, *statements.IMPORTS)
NEVER_NEEDED = (ast.Expr, *LOOPS)


class LoadingPlan:
    """What is to be left out when a notebook is loaded, from the message that asks for it.

    Attributes
    ----------
    slow : set of (cell, line)
        Statements that took long: left out unless a definition needs them.
    ended : dict of (cell, line) to str
        Statements that ended a worker: by `timeout`, so they may only be slow, or `crashed`.
    cautious : set of cell
        Cells that were never run to their end: of these only what defines is run.
    failed : dict of cell to line, or None
        At which line each cell stopped that did, when all were run; None before.
    """

    def __init__(self, message):
        slow = message.get("slow") or ()
        ended = message.get("ended") or ()
        failed = message.get("failed")
        self.slow = {(cell, line) for cell, line in slow}
        self.ended = {(cell, line): how for cell, line, how in ended}
        self.cautious = set(message.get("cautious") or ())
        self.failed = None if failed is None else dict(failed)

    def expects_failure(self, cell, line):
        """Say whether this is where a cell stopped when all were run."""
        return self.failed is not None and self.failed.get(cell) == line


class CellRunner:
    """Runs cells in a namespace.

    Parameters
    ----------
    space : dict
        The namespace.
    plan : LoadingPlan
        What to leave out.
    announce : callable
        Told cell and line before whatever may take long, since it may be this process's last.
    after : callable
        Called after each statement.
    """

    def __init__(self, space, plan, announce, after=lambda: None):
        self.space = space
        self.plan = plan
        self.announce = announce
        self.after = after
        self.flags = AWAITING
        self.lost = set()  # names that are lacking for a reason that lies here
        self.failed = {}  # at which line each cell stopped that did
        self.errors = {}  # the first of each cell
        self.needed = None  # names that definitions need; None: all may be
        self.cell = ""
        self.stopped = False

    def run(self, cells):
        """Run cells, given as (id, text); the exceptions of those that fail, by id."""
        if self.plan.slow or self.plan.cautious:
            with contextlib.suppress(BaseException):
                self.needed = statements.names_needed(list(self.nodes(cells)))
        for cell, text in cells:
            # Before it is parsed: even that may be a worker's end.
            self.announce(cell, 0)
            self.cell, self.stopped = cell, False
            try:
                body = self.parse(text).body
            except BaseException as error:
                self.errors[cell] = error
                continue
            for node in body:
                self.statement(node)
        return self.errors

    def parse(self, text):
        """Give the syntax tree of the present cell."""
        return self.compile(text, "exec", ast.PyCF_ONLY_AST)

    def compile(self, source, mode, flags=0):
        """Compile a text or a tree as part of the present cell.

        Parameters
        ----------
        source : str or ast.AST
            What it is.
        mode : str
            `exec` for statements, `eval` for an expression.
        flags : int, optional
            Of the compiler, beside those that the notebook has asked for.
        """
        name = f"{CELL}{self.cell}"
        return compile(source, name, mode, flags | self.flags, dont_inherit=True)

    def nodes(self, cells):
        """Give the statements of all cells that are Python."""
        for _, text in cells:
            with contextlib.suppress(SyntaxError, ValueError):
                yield from self.parse(text).body

    def statement(self, node):
        """Run a statement, or leave it out."""
        ended = self.plan.ended.get((self.cell, node.lineno))
        if self.stopped or ended == "crashed":
            # A kernel would not have come to what stands below.
            self.stopped = True
            self.define(node)
        elif ended:
            self.leave_out(node)
        elif self.may_take_long(node) and not self.is_kept(node):
            self.leave_out(node)
            self.stopped = self.plan.expects_failure(self.cell, node.lineno)
        else:
            self.attempt(node)
        self.after()

    def leave_out(self, node):
        """Note that what a statement would bind is lacking for a reason that lies here."""
        self.lost |= statements.names_bound(node)

    def may_take_long(self, node):
        """Say whether a statement may take long."""
        place = (self.cell, node.lineno)
        return place in self.plan.slow or self.cell in self.plan.cautious

    def is_kept(self, node):
        """Say whether a statement is run even if it takes long: what is defined needs it."""
        if isinstance(node, ALWAYS_RUN) or statements.defines(node):
            return True
        if isinstance(node, NEVER_NEEDED):
            return False
        if self.needed is None:
            return True
        return bool(statements.names_changed(node) & self.needed)

    def attempt(self, node):
        """Run a statement; after an error go on as far as the error allows."""
        try:
            if isinstance(node, ast.If) and not awaits(node.test):
                self.choose(node)
            else:
                self.execute(node)
        except BaseException as error:
            self.errors.setdefault(self.cell, error)
            if self.lies_here(error, node):
                self.leave_out(node)
            else:
                self.failed[self.cell] = node.lineno
                self.stopped = True
            self.rest_of_block(node, line_of(error, self.space))

    def choose(self, node):
        """Run an `if` by its statements, each of which may be left out."""
        self.announce_slow(node.test, node.lineno)
        code = self.compile(ast.Expression(node.test), "eval")
        chosen = node.body if eval(code, self.space) else node.orelse
        for inner in chosen:
            self.statement(inner)

    def execute(self, node):
        """Compile and run a statement; features that it asks for stay, as in IPython."""
        self.announce_slow(node, node.lineno)
        code = self.compile(ast.Module([node], []), "exec")
        self.flags |= code.co_flags & FEATURES
        if code.co_flags & inspect.CO_COROUTINE or "asyncio" in sys.modules:
            run_in_loop(code, self.space)
        else:
            exec(code, self.space)

    def announce_slow(self, node, line):
        """Announce what is run next, if it may take time."""
        if not is_quick(node):
            self.announce(self.cell, line)

    def lies_here(self, error, node):
        """Say whether a statement is known to fail for what is lacking here, not in Jupyter."""
        kind = type(error)  # itself, since an object may lie about its class
        if issubclass(kind, (ImportError, NotHere)):
            return True
        unknown = kind is NameError and error.name not in self.space
        if unknown and error.name in self.lost:
            return True
        # When all were run, it did not fail here.
        planned = self.plan.failed is not None
        return planned and not self.plan.expects_failure(self.cell, node.lineno)

    def rest_of_block(self, node, line):
        """Go on in the block of a statement in which a line failed."""
        for block in statements.blocks(node):
            for position, inner in enumerate(block):
                if inner.lineno <= line <= inner.end_lineno:
                    self.rest_of_block(inner, line)
                    for below in block[position + 1 :]:
                        self.statement(below)
                    return
        if not isinstance(node, ONE_BRANCH):
            return
        # It failed at its head, or where there is no line: a `with` is entered all the same.
        go_on = self.statement if isinstance(node, WITH) else self.define
        for inner in statements.inner_statements(node):
            go_on(inner)

    def define(self, node):
        """Run a statement if it defines, and only what is not there yet."""
        if isinstance(node, ONE_BRANCH):
            for inner in statements.inner_statements(node):
                self.define(inner)
            return
        if not isinstance(node, statements.DEFINING):
            return
        names = statements.names_bound(node)
        if names and not names & self.space.keys():
            with contextlib.suppress(BaseException):
                self.execute(node)


def line_of(error, space):
    """Give the line of a cell, outside of all functions, at which an error came up; or 0."""
    for frame, number in traceback.walk_tb(error.__traceback__):
        in_cell = frame.f_code.co_filename.startswith(CELL)
        if in_cell and frame.f_globals is space:
            return number
    return 0


def is_quick(node):
    """Say whether it is plain that a statement or expression takes no time."""
    if isinstance(node, statements.FUNCTIONS):
        head = node.args
        return not (node.decorator_list or head.defaults or head.kw_defaults)
    if isinstance(node, ast.Assign):
        to_names = all(isinstance(target, ast.Name) for target in node.targets)
        return to_names and is_quick(node.value)
    return isinstance(node, ast.Constant | ast.Name | ast.Pass)


def awaits(node):
    """Say whether an expression waits for something asynchronous."""
    return any(isinstance(inner, WAITING) for inner in ast.walk(node))


def run_in_loop(code, space):
    """Run code where a loop of events runs, as it always does in a kernel."""

    async def run():
        waiting = eval(code, space)
        if code.co_flags & inspect.CO_COROUTINE:
            await waiting

    event_loop().run_until_complete(run())


event_loops = []


def event_loop():
    """Give the one loop of a notebook.

    It has no pair of sockets by which others could wake it: none may be opened here.
    """
    if not event_loops:
        import asyncio  # slow to import, and few notebooks need it
        import selectors

        class Loop(asyncio.SelectorEventLoop):
            def _make_self_pipe(self):
                pass

            def _close_self_pipe(self):
                pass

        event_loops.append(Loop(selectors.SelectSelector()))
        asyncio.set_event_loop(event_loops[0])
    return event_loops[0]
