"""What a watched run came to: the statements that were executed, and the values they made."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import numpy as np

from unrolled.check.code_lines import Statement
from unrolled.check.taken_apart import Path


@dataclass(eq=False)
class LoopRun:
    """One run through a loop, with how often its body was begun."""

    head: Statement
    count: int = 0


@dataclass(eq=False)
class Executed:
    """One statement as it was executed, or the beginning or end of a call.

    Attributes
    ----------
    code : CodeType
        The function that it stands in.
    statement : Statement
        The statement; for the beginning of a helper's call the one that calls it.
    loops : tuple of (LoopRun, int)
        The loops that are being run, outermost first, each with the number of the turn from 0.
    nodes : list of Node
        The values that are new.
    kind : str
        `given` for the arguments of what was called, `begin` of a helper's call, `return`, or "".
    home : CodeType
        For what begins: the function that is called.
    call : Executed or None
        What began the call that it is a part of.
    calls : int
        The number, from 1, of the call from outside; of an object several methods are called.
    forms : dict of str to str
        How the lists and dictionaries that changed are nested, by their variables.
    """

    code: CodeType
    statement: Statement
    loops: tuple[tuple[LoopRun, int], ...] = ()
    nodes: list[Node] = field(default_factory=list)
    kind: str = ""
    home: CodeType | None = None
    call: Executed | None = None
    calls: int = 0
    forms: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Node:
    """A value: an array or a number, at a place such as `step["dxt"]`.

    Attributes
    ----------
    by : Executed
        What made it.
    name, path : str, tuple
        The variable and the keys behind it.
    thing : object
        The object itself, held so that no other one takes its identity.
    value : ndarray or None
        A copy of it as numbers; None of what is none.
    parents : tuple of Node
        What it may have been made of.
    block : tuple or None
        Where a statement such as `dx[:, :, t] = …` has changed it: an index of the array.
    shared : bool
        Whether it changed only because it shares its memory with what the statement changes.
    """

    by: Executed
    name: str
    path: Path
    thing: Any
    value: np.ndarray | None
    parents: tuple[Node, ...] = ()
    block: tuple[int | slice, ...] | None = None
    shared: bool = False


@dataclass
class Watched:
    """What one run came to.

    Attributes
    ----------
    executed : list of Executed
        In the order in which they were done.
    returned : list of Node
        What the function itself returned, by its paths; nothing where it raised.
    raised : Executed or None
        The statement that was being executed when an exception left the function.
    calls : int
        How often it was called from outside.
    main : set of CodeType
        The code of the function itself, in which names mean what the book's do.
    """

    executed: list[Executed]
    returned: list[Node]
    raised: Executed | None
    main: set[CodeType]
    calls: int = 0
