"""Hand the calls to the workers of a dask.distributed cluster that somebody else has set up and
keeps.

What lies beneath it (a batch system, Kubernetes, machines started by hand) is the cluster's
business. Its workers see the same files under the same paths, and import this package. They
belong to the instructor as this process does: what a student wrote runs confined on them as it
does here. The environment that a worker was started in decides on no mark: the function that is
handed to it, `apart.GradingProcess`, grades in a process that it starts there.

A plugin takes the function to each worker, once; a call then names the plugin and carries its
item. Each call that is done makes room for the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from ..system.processes import AHEAD, Died

WAIT = 60  # seconds to wait for the scheduler and its first worker
# Per process of the cluster: pytest, which runs the hidden tests, is no two at once.
_ONE_AT_A_TIME = threading.Lock()


class NoClusterError(Exception):
    """No cluster to hand anything to; says what to do."""


def map_on_cluster(
    function: Callable, items: Iterable, address: str
) -> Iterator[tuple[object, object]]:
    """Give each item with `function(item)`, in the order in which they are done.

    Parameters
    ----------
    function : callable
        A function of a module that the workers can import, or an object of one. If it has a
        `close`, that is called in each worker at the end.
    items : iterable
        Read only as far ahead as keeps the workers busy.
    address : str
        The scheduler's, such as `tcp://10.0.0.1:8786`.

    Returns
    -------
    iterator of (item, value)
        Each item once.

    Raises
    ------
    NoClusterError
        If there is no scheduler at the address, it has no worker within a minute, or dask is
        not installed here.

    Notes
    -----
    The cluster makes a call again whose worker died; one whose workers die again and again has
    the value `Died`.
    """
    with _connected(address) as client:
        name = f"unrolled-{uuid4()}"  # others may use the cluster at the same time
        client.register_plugin(carrying(function), name=name)
        try:
            yield from _values(client, name, iter(items))
        finally:
            client.unregister_worker_plugin(name)


def _values(client, name: str, rest: Iterator) -> Iterator[tuple[object, object]]:
    from distributed import as_completed

    under_way: dict[str, object] = {}
    done = as_completed(loop=client.loop)

    def begin() -> None:
        """Hand out as many calls as keep the workers busy that there are by now."""
        wanted = AHEAD * max(1, sum(client.nthreads().values()))
        for item in islice(rest, max(0, wanted - len(under_way))):
            # not pure: two equal calls are two submissions, and neither has the other's value
            future = client.submit(_call, name, item, pure=False)
            under_way[future.key] = item
            done.add(future)

    begin()
    for future in done:
        item = under_way.pop(future.key)
        begin()  # before the value is taken: no worker waits for who takes it
        yield item, _value(future)


def _connected(address: str):
    """A client of the scheduler, which has at least one worker."""
    try:
        from distributed import Client
    except ImportError:
        raise NoClusterError(
            "dask.distributed is not installed here; run: pip install distributed"
        ) from None
    try:
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError) as error:
        what = f"no scheduler answers at {address} ({error})"
        raise NoClusterError(f"{what}; start one with `dask scheduler`") from None
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        client.close()
        what = f"the scheduler at {address} has no worker"
        raise NoClusterError(
            f"{what}; start some with `dask worker {address}`"
        ) from None
    return client


def _value(future) -> object:
    """A call's value; the cluster forgets it."""
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return Died()
    finally:
        future.release()


def carrying(function: Callable):
    """Make the plugin that takes a function once to each worker, also to one that is started in
    a dead one's place."""
    from distributed import WorkerPlugin

    class Carrier(WorkerPlugin):
        def __init__(self, carried: Callable) -> None:
            self.function = carried

        def teardown(self, worker) -> None:
            close = getattr(self.function, "close", None)
            if close:
                close()

    return Carrier(function)


def _call(name: str, item: object) -> object:
    """What a worker does: call the function that the plugin has brought."""
    from distributed import get_worker

    carrier: Any = get_worker().plugins[name]
    with _ONE_AT_A_TIME:
        return carrier.function(item)
