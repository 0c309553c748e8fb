"""What a statement of a notebook binds and reads, and which its definitions need; in the worker.

Standard library only; the statements are parsed, not run.
"""

import ast

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)
DEFINING = (*DEFINITIONS, *IMPORTS, ast.Assign, ast.AnnAssign)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
_SCOPES = (
    *DEFINITIONS,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def bound(node):
    """Names that a statement binds in the notebook, those of nested blocks included."""
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


def changed(node):
    """Names that a statement binds, or changes by assigning to a part: `a["b"] = 1`, `a.b = 1`."""
    found = bound(node)
    for one in ast.walk(node):
        if isinstance(one, ast.Subscript | ast.Attribute) and isinstance(
            one.ctx, ast.Store
        ):
            while isinstance(one, ast.Subscript | ast.Attribute):
                one = one.value
            if isinstance(one, ast.Name):
                found.add(one.id)
    return found


def read(node):
    """All names that a statement reads, those of functions within it too."""
    return {
        n.id
        for n in ast.walk(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }


def defines(node):
    """Whether a statement defines a function or class, itself or in a block."""
    if isinstance(node, DEFINITIONS):
        return True
    return any(defines(inner) for block in blocks(node) for inner in block)


def blocks(node):
    """The blocks of a compound statement, in order; a function and a class have none."""
    if isinstance(node, DEFINITIONS):
        return
    for name in BLOCKS:
        parts = getattr(node, name, [])
        if name in ("handlers", "cases"):
            yield from (part.body for part in parts)
        elif parts:
            yield parts


def needed(nodes):
    """Names that the definitions among statements need, and what these names are made of in turn.

    One name too many costs time, one too few a mark. But a function's own variables and arguments
    are left out, since they have the usual names of a notebook's data.
    """
    wanted = set()
    for node in nodes:
        if defines(node):
            wanted |= free(node)
    makers = [(changed(node), read(node)) for node in nodes if not defines(node)]
    while True:
        more = {
            name for made, names in makers if made & wanted for name in names
        } - wanted
        if not more:
            return wanted
        wanted |= more


def free(node):
    """Names that a statement reads, without the variables of functions within it."""
    if isinstance(node, (*DEFINITIONS[:2], ast.Lambda)):
        inner = node.body if isinstance(node.body, list) else [node.body]
        arguments = node.args
        every = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
        own = {a.arg for a in every if a is not None}
        declared = {
            name
            for n in ast.walk(node)
            if isinstance(n, ast.Global)
            for name in n.names
        }
        own |= {name for statement in inner for name in bound(statement)} - declared
        outside = [
            *arguments.defaults,
            *(d for d in arguments.kw_defaults if d),
            *getattr(node, "decorator_list", []),
        ]
        names = {name for part in inner for name in free(part)} - own
        return names.union(*(free(part) for part in outside))
    names = (
        {node.id}
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        else set()
    )
    return names.union(*(free(part) for part in ast.iter_child_nodes(node)))
