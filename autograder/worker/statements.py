"""What a statement of a notebook binds and reads, and which its definitions need; in the worker.

Standard library only; the statements are parsed, not run.
"""

import ast
import itertools

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
DEFINING = (*DEFINITIONS, *IMPORTS, ast.Assign, ast.AnnAssign)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_PARTS = (ast.Subscript, ast.Attribute)  # of an object
_SCOPES = (  # names bound inside of one are its own
    *DEFINITIONS,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def names_bound(node):
    """Give the names that a statement binds in the notebook, those of nested blocks included."""
    names = set()
    for inner in _in_scope(node):
        names |= _bound_by(inner)
    return names


def _in_scope(node):
    """Give a node and those within it, down to what has names of its own."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, _SCOPES):
            waiting += ast.iter_child_nodes(inner)


def _bound_by(node):
    """Give the names that a node binds by itself."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, IMPORTS):
        return {_name_of_import(alias) for alias in node.names}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    return set()


def _name_of_import(alias):
    """Give the name under which something is imported: of `a.b` without `as` it is `a`."""
    top, _, _ = alias.name.partition(".")
    return alias.asname or top


def names_changed(node):
    """Give the names that a statement binds, or changes by a part: `a["b"] = 1`, `a.b = 1`."""
    names = names_bound(node)
    for part in filter(_is_changed_part, ast.walk(node)):
        whole = _whole_of(part)
        if isinstance(whole, ast.Name):
            names.add(whole.id)
    return names


def _is_changed_part(node):
    """Say whether a node is a part of an object that is assigned to."""
    return isinstance(node, _PARTS) and isinstance(node.ctx, ast.Store)


def _whole_of(node):
    """Give the object that a part belongs to, however deep in it the part is."""
    while isinstance(node, _PARTS):
        node = node.value
    return node


def names_read(node):
    """Give all names that a statement reads, those of functions within it too."""
    return {inner.id for inner in ast.walk(node) if _is_read(inner)}


def _is_read(node):
    """Say whether a node is a name that is read."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def defines(node):
    """Say whether a statement defines a function or class, itself or in a block."""
    if isinstance(node, DEFINITIONS):
        return True
    return any(defines(inner) for inner in inner_statements(node))


def blocks(node):
    """Give the blocks of a compound statement, in order; a function and a class have none."""
    if isinstance(node, DEFINITIONS):
        return
    for name in BLOCKS:
        parts = getattr(node, name, [])
        if name in ("handlers", "cases"):
            yield from (part.body for part in parts)
        elif parts:
            yield parts


def inner_statements(node):
    """Give the statements of all blocks of a compound statement, in order."""
    return itertools.chain.from_iterable(blocks(node))


def names_needed(nodes):
    """Give the names that definitions among statements need, and what these are made of in turn.

    One name too many costs time, one too few a mark. But a function's own variables and arguments
    are left out, since they have the usual names of a notebook's data.
    """
    needed = set()
    makers = []  # of each: the names that it makes, and those that it makes them of
    for node in nodes:
        if defines(node):
            needed |= names_free(node)
        else:
            makers.append((names_changed(node), names_read(node)))
    before = None
    while needed != before:
        before = set(needed)
        for made, read in makers:
            if made & before:
                needed |= read
    return needed


def names_free(node):
    """Give the names that a statement reads, without the variables of functions within it."""
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        return _free_in_function(node)
    names = {node.id} if _is_read(node) else set()
    return names | _free_in_any(ast.iter_child_nodes(node))


def _free_in_any(nodes):
    """Give the free names of several nodes."""
    return set().union(*map(names_free, nodes))


def _free_in_function(node):
    """Give the free names of a function: those of its body that are not its own, and of its head.

    Defaults and decorators are read where the function is defined.
    """
    body = node.body if isinstance(node.body, list) else [node.body]
    bound = set()
    for statement in body:
        bound |= names_bound(statement)
    own = _argument_names(node.args) | (bound - _names_declared_global(node))
    return (_free_in_any(body) - own) | _free_in_any(_head(node))


def _names_declared_global(node):
    """Give the names that `global` declares within a node."""
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Global):
            names |= set(inner.names)
    return names


def _head(node):
    """Give what of a function is read where it is defined: its defaults and decorators."""
    named_defaults = filter(None, node.args.kw_defaults)
    decorators = getattr(node, "decorator_list", [])  # a lambda has none
    return [*node.args.defaults, *named_defaults, *decorators]


def _argument_names(arguments):
    """Give the names of a function's arguments."""
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return {argument.arg for argument in every if argument is not None}
