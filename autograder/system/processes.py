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
    function: Callable, items: Iterable, jobs: int
) -> Iterator[tuple[object, object]]:
    """Give each item with `function(item)`, in the order in which they are done.

    Parameters
    ----------
    function : callable
        A function of a module, or a `functools.partial` of one; it travels once to each process.
    items : iterable
        Read only as far ahead as keeps the processes busy.
    jobs : int
        Number of processes, at least 1.

    Notes
    -----
    Where a process dies, the calls under way are made again, each in a process of its own: one
    that kills its process takes no other with it. Its value is `Died`.
    """
    rest = iter(items)
    while suspects := (yield from _until_one_dies(function, rest, jobs)):
        for item in suspects:
            if (yield from _until_one_dies(function, iter([item]), 1)):
                yield item, Died()


def _until_one_dies(
    function: Callable, items: Iterator, jobs: int
) -> Generator[tuple[object, object], None, list]:
    """Give items with their values; return the items that were under way when a process died."""
    context = multiprocessing.get_context("spawn")
    alive, held = context.Pipe(duplex=False)
    under_way: dict[Future, object] = {}
    with (
        alive,
        held,
        ProcessPoolExecutor(jobs, context, _begin, (function, alive)) as pool,
    ):
        try:
            for item in items:
                under_way[_submitted(pool, item)] = item
                if len(under_way) == AHEAD * jobs:
                    yield from _first(under_way)
            while under_way:
                yield from _first(under_way)
        except BrokenProcessPool:
            wait(under_way)
            yield from _values(under_way, list(under_way))
        except BaseException:
            held.close()  # ends the processes where they stand
            raise
    return list(under_way.values())


def _submitted(pool: ProcessPoolExecutor, item: object) -> Future:
    """The future of a call; one that is broken from the start where the pool is."""
    try:
        return pool.submit(_call, item)
    except BrokenProcessPool as error:
        broken: Future = Future()
        broken.set_exception(error)
        return broken


def _first(under_way: dict[Future, object]) -> Iterator[tuple[object, object]]:
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


def _begin(function: Callable, alive: Connection) -> None:
    """Get a new process ready.

    It takes no Ctrl-C for itself and ends when nobody holds the other end of `alive`.
    """
    global _function
    _function = function
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(alive,), daemon=True).start()


def _end_with(alive: Connection) -> None:
    alive.poll(None)
    os._exit(1)


def _call(item: object) -> object:
    return _function(item)
