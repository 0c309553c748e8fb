"""Workers that were started while there was something else to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .limits import Limits
from .process import Confined

if TYPE_CHECKING:
    from . import Confinement


class Spare:
    """A way of confinement with some workers ready: they are handed out first, then others are
    started as always.

    Parameters
    ----------
    way : Confinement
        What starts and confines them.
    count : int
        How many are started now.
    files, argv, limits
        As for `Confinement.start`; who asks for something else gets no spare one.

    Notes
    -----
    What is left over ends with `close`.
    """

    def __init__(
        self,
        way: Confinement,
        count: int,
        files: Sequence[Path],
        argv: Sequence[str],
        limits: Limits,
    ):
        self.name, self._way = way.name, way
        self._wanted = (tuple(files), tuple(argv), limits)
        self._ready: list[Confined] = []
        try:
            for _ in range(count):
                self._ready.append(way.start(files, argv, limits))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Spare:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def available(self) -> str | None:
        """Say why this way is not offered here; None if it is."""
        return self._way.available()

    def start(
        self, files: Sequence[Path], argv: Sequence[str], limits: Limits
    ) -> Confined:
        """Give a worker that nobody has used.

        Parameters as for `Confinement.start`; one that was asked for otherwise is started now.
        """
        while self._ready and (tuple(files), tuple(argv), limits) == self._wanted:
            worker = self._ready.pop(0)
            if worker.poll() is None:
                return worker
            worker.kill()
        return self._way.start(files, argv, limits)

    def close(self) -> None:
        """End those that nobody has asked for."""
        while self._ready:
            self._ready.pop().kill()
