"""Run a function once more with its lines watched: which values each of them made, of what.

It is run where a check has failed, never before. Whoever has a trace function of their own, such
as a debugger, is left alone. Standard library and numpy only: the confined worker reads this too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import CodeType
from typing import Any

from unrolled.check.executed import Watched
from unrolled.check.recorder import Recorder, TooMuchError
from unrolled.check.stray_names import functions_behind, global_names

ANONYMOUS = "<"  # what the names of lambdas and comprehensions begin with


def watch(
    function: Callable,
    call: Callable[[], Any],
    but: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
) -> Watched | None:
    """Call a function with its lines watched.

    Parameters
    ----------
    function : callable
        What is watched, with the helpers that it finds among its globals.
    call : callable
        Makes the call; what it returns or raises is not looked at.
    but : sequence of str, optional
        Functions that are not watched: they answer for themselves.
    texts : mapping, optional
        The code by file name, where `linecache` does not have it.

    Returns
    -------
    Watched or None
        None where somebody else is watching, or where it took too long or too much.
    """
    if sys.gettrace() is not None:
        return None
    main, codes = codes_of(function, but)
    recorder = Recorder(codes, main, texts or {})
    try:
        with _lines_watched(recorder):
            call()
    except TooMuchError:
        return None
    except (Exception, SystemExit):
        pass
    if recorder.too_much:
        return None
    return Watched(
        recorder.executed, recorder.returned, recorder.raised, main, recorder.calls
    )


def codes_of(
    function: Callable, but: Sequence[str] = ()
) -> tuple[set[CodeType], set[CodeType]]:
    """Give the code of a function, and this with that of the helpers that it calls.

    Parameters
    ----------
    function : callable
        A function, or a class.
    but : sequence of str, optional
        Names that are not followed.
    """
    own = functions_behind(function)
    home = own[-1].__globals__ if own else {}
    main = {one.__code__ for one in own}
    queue, codes = list(own), set()
    while queue:
        one = queue.pop()
        if one.__code__ in codes or one.__globals__ is not home:
            continue
        codes |= set(_with_inner(one.__code__))
        for name in global_names(one.__code__):
            if name not in but and name in home:
                queue += functions_behind(home[name])
    return main, codes


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType) and not one.co_name.startswith(ANONYMOUS):
            yield from _with_inner(one)


@contextmanager
def _lines_watched(recorder: Recorder) -> Iterator[None]:
    """Have the recorder told of each line, by what this Python has for it."""
    if hasattr(sys, "monitoring"):
        with _monitored(recorder):
            yield
        return
    sys.settrace(recorder.trace)
    try:
        yield
    finally:
        sys.settrace(None)


@contextmanager
def _monitored(recorder: Recorder) -> Iterator[None]:
    """Watch by `sys.monitoring`: only the code in question, all else runs at full speed."""
    monitoring = sys.monitoring  # type: ignore[attr-defined]
    events = monitoring.events
    tool = next(
        (one for one in (4, 3, 5) if monitoring.get_tool(one) is None), None
    )  # not those that debuggers, coverage and profilers have by agreement
    if tool is None:
        raise TooMuchError
    monitoring.use_tool_id(tool, "unrolled")

    def told(what: str) -> Callable:
        def callback(code: CodeType, place: int, value: Any = None) -> None:
            frame = sys._getframe(1)
            if code in recorder.codes:
                recorder.event(frame, what, place, value)

        return callback

    kinds = {
        events.PY_START: "call",
        events.PY_RESUME: "resume",
        events.LINE: "line",
        events.PY_RETURN: "return",
        events.PY_UNWIND: "exception",
    }
    for event, what in kinds.items():
        monitoring.register_callback(tool, event, told(what))
    local = events.PY_START | events.PY_RESUME | events.LINE | events.PY_RETURN
    for code in recorder.codes:
        monitoring.set_local_events(tool, code, local)
    monitoring.set_events(tool, events.PY_UNWIND)
    try:
        yield
    finally:
        for code in recorder.codes:
            monitoring.set_local_events(tool, code, 0)
        monitoring.set_events(tool, 0)
        for event in kinds:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
