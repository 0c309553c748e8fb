"""Call one function for many items in several processes.

They share nothing and end with this one, however it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.connection import Connection

AHEAD = 2  # calls handed out for each process, so that none waits for its next


class Died:
    """What stands in place of a value if the call killed its process.

    It did so again when it was alone in one.
    """


def map_in_processes(
    function: Callable,
    items: Iterable,
    jobs: int,
    first: Callable[[], object] | None = None,
) -> Iterator[tuple[object, object]]:
    """Give each item with `function(item)`, in the order in which they are done.

    The processes start at once, before the first value is asked for.

    Parameters
    ----------
    function : callable
        A function of a module, or a `functools.partial` of one; it travels once to each process.
    items : iterable
        Read only as far ahead as keeps the processes busy.
    jobs : int
        Number of processes, at least 1.
    first : callable, optional
        Called once, in one of the processes, before any item is read; what it raises ends all.

    Notes
    -----
    Where a process dies, the calls under way are made again, each in a process of its own: one
    that kills its process takes no other with it. Its value is `Died`.

    The processes are forked, and so have imported what this one has, where this one is a single
    thread; a lock that another thread held would stay locked in a fork for ever.
    """
    processes = _Processes(function, jobs, first or _nothing)
    return _ends(processes, function, iter(items), jobs)


def _ends(
    processes: _Processes, function: Callable, rest: Iterator, jobs: int
) -> Iterator[tuple[object, object]]:
    while suspects := (yield from processes.until_one_dies(rest)):
        for item in suspects:
            alone = _Processes(function, 1)
            if (yield from alone.until_one_dies(iter([item]))):
                yield item, Died()
        processes = _Processes(function, jobs)


class _Processes:
    """Some processes that call one function; they last until one of them dies."""

    def __init__(
        self, function: Callable, jobs: int, first: Callable[[], object] | None = None
    ):
        self._most = AHEAD * jobs
        way = "fork" if _is_single_thread() else "spawn"
        context = multiprocessing.get_context(way)
        self._alive, self._held = context.Pipe(duplex=False)
        to_close = self._held if way == "fork" else None
        begin = (function, self._alive, to_close)
        self._pool = ProcessPoolExecutor(jobs, context, _begin, begin)
        self._first = self._pool.submit(first) if first else None

    def until_one_dies(
        self, items: Iterator
    ) -> Generator[tuple[object, object], None, list]:
        """Give items with their values; return the items that were under way when one died."""
        under_way: dict[Future, object] = {}
        with self._alive, self._held, self._pool as pool:
            try:
                if self._first:
                    self._first.result()
                for item in items:
                    under_way[_submitted(pool, item)] = item
                    if len(under_way) == self._most:
                        yield from _values_of_first(under_way)
                while under_way:
                    yield from _values_of_first(under_way)
            except BrokenProcessPool:
                wait(under_way)
                yield from _values(under_way, list(under_way))
            except BaseException:
                self._held.close()  # ends the processes where they stand
                raise
        return list(under_way.values())


def _is_single_thread() -> bool:
    """Say whether this process has one thread, by the kernel's count."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _nothing() -> None:
    """Have the processes start."""


def _submitted(pool: ProcessPoolExecutor, item: object) -> Future:
    """The future of a call; one that is broken from the start where the pool is."""
    try:
        return pool.submit(_call, item)
    except BrokenProcessPool as error:
        broken: Future = Future()
        broken.set_exception(error)
        return broken


def _values_of_first(
    under_way: dict[Future, object],
) -> Iterator[tuple[object, object]]:
    """Wait until something is done, and give it.

    Raises
    ------
    BrokenProcessPool
        If a process has died.
    """
    done = wait(under_way, return_when=FIRST_COMPLETED).done
    yield from _values(under_way, done)
    for future in done:
        if future in under_way:
            future.result()


def _values(
    under_way: dict[Future, object], done: Iterable[Future]
) -> Iterator[tuple[object, object]]:
    for future in done:
        if not isinstance(future.exception(), BrokenProcessPool):
            yield under_way.pop(future), future.result()


_function: Callable = partial(int)


def _begin(function: Callable, alive: Connection, held: Connection | None) -> None:
    """Get a new process ready.

    It takes no Ctrl-C for itself and ends when nobody holds the other end of `alive`.

    Parameters
    ----------
    function : callable
        What it is to call.
    alive, held : Connection
        The ends; of the second, which is only the parent's, a fork has a copy.
    """
    global _function
    _function = function
    if held is not None:
        held.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(alive,), daemon=True).start()


def _end_with(alive: Connection) -> None:
    alive.poll(None)
    os._exit(1)


def _call(item: object) -> object:
    return _function(item)
