"""The first line that departs, as it is found among what was executed."""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType

from unrolled.check.code_lines import Statement
from unrolled.check.executed import Node


@dataclass(frozen=True)
class Departure:
    """The first line that departs.

    Attributes
    ----------
    code : CodeType
        The function that it stands in.
    statement : Statement
        Where.
    verdict : str
        As in a `Where`, where there is no value to look at; else "".
    node : Node or None
        The value that departs.
    name : str
        The variable, where there is no value.
    turn, turns : int
        As in a `Where`.
    """

    code: CodeType
    statement: Statement
    verdict: str = ""
    node: Node | None = None
    name: str = ""
    turn: int = 0
    turns: int = 0


def at_value(node: Node) -> Departure:
    """Give the line that made a value."""
    return Departure(node.by.code, node.by.statement, node=node)
