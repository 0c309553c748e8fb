"""What a statement of a notebook binds and reads, and which its definitions need; in the worker.

Standard library only; the statements are parsed, not run.
"""

import ast

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
    found, queue = [], [node]
    while queue:
        one = queue.pop()
        if isinstance(one, DEFINITIONS):
            found.append(one.name)
        elif isinstance(one, IMPORTS):
            found += [a.asname or a.name.partition(".")[0] for a in one.names]
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            found.append(one.id)
        elif not isinstance(one, _SCOPES):
            queue += ast.iter_child_nodes(one)
    return set(found)


def names_changed(node):
    """Give the names that a statement binds, or changes by a part: `a["b"] = 1`, `a.b = 1`."""
    found = names_bound(node)
    for one in ast.walk(node):
        if not isinstance(one, _PARTS) or not isinstance(one.ctx, ast.Store):
            continue
        while isinstance(one, _PARTS):
            one = one.value
        if isinstance(one, ast.Name):
            found.add(one.id)
    return found


def names_read(node):
    """Give all names that a statement reads, those of functions within it too."""
    return {one.id for one in ast.walk(node) if _is_read(one)}


def _is_read(node):
    """Say whether a node is a name that is read."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def defines(node):
    """Say whether a statement defines a function or class, itself or in a block."""
    if isinstance(node, DEFINITIONS):
        return True
    return any(defines(inner) for block in blocks(node) for inner in block)


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


def names_needed(nodes):
    """Give the names that definitions among statements need, and what these are made of in turn.

    One name too many costs time, one too few a mark. But a function's own variables and arguments
    are left out, since they have the usual names of a notebook's data.
    """
    needed, makers = set(), []
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
    bound, declared = set(), set()
    for statement in body:
        bound |= names_bound(statement)
    for one in ast.walk(node):
        if isinstance(one, ast.Global):
            declared |= set(one.names)
    own = _argument_names(node.args) | (bound - declared)
    head = [
        *node.args.defaults,
        *(default for default in node.args.kw_defaults if default),
        *getattr(node, "decorator_list", []),
    ]
    return (_free_in_any(body) - own) | _free_in_any(head)


def _argument_names(arguments):
    """Give the names of a function's arguments."""
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return {one.arg for one in every if one is not None}
