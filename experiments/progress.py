"""What the command shows while it runs: updates, loss, time left."""

import time
from queue import Empty

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from .learning import work


class Show:
    """One line for all runs together, one for each run at work; where there is no terminal, a
    line a finished run.
    """

    def __init__(self, title, console=None):
        self.title = title
        self.console = console or Console()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(24),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=self.console,
        )
        self.at_work, self.done, self.total, self.started = {}, 0.0, 1.0, 0.0

    def __enter__(self):
        self.progress.start()
        return self

    def __exit__(self, *_):
        self.progress.stop()

    def begin(self, runs):
        """Start the clock."""
        self.started, self.total = time.monotonic(), sum(map(work, runs))
        self.all = self.progress.add_task(
            f"{self.title}: {len(runs)} runs", total=self.total, state=""
        )

    def listen(self, told, patience=0.2):
        """Take what the runs have told, waiting for a moment."""
        try:
            self.heard(*told.get(timeout=patience))
            while True:
                self.heard(*told.get_nowait())
        except Empty:
            pass

    def heard(self, run, update, loss):
        """Note how far a run has come."""
        if run not in self.at_work:
            self.at_work[run] = self.progress.add_task(
                str(run), total=run.settings.updates, state=""
            )
        state = f"update {update}/{run.settings.updates}  loss {loss:.4f}"
        self.progress.update(self.at_work[run], completed=update, state=state)
        if update == run.settings.updates:
            self.progress.update(self.at_work[run], visible=False)
        self._count()

    def finished(self, run, update, loss, accuracy):
        """Note that a run has ended."""
        if run in self.at_work:
            self.progress.remove_task(self.at_work.pop(run))
        self.done += work(run)
        self._count()
        self.console.print(
            f"{run!s:<42} loss {loss:.4f}  accuracy {accuracy:.2f}   {self.left()}",
            highlight=False,
            soft_wrap=True,
        )

    def _count(self):
        going = {task.id: task for task in self.progress.tasks}
        part = sum(
            work(run) * (going[t].percentage / 100) for run, t in self.at_work.items()
        )
        self.completed = self.done + part
        self.progress.update(self.all, completed=self.completed, state=self.left())

    def left(self):
        """The time left, if all goes on as it has."""
        if not getattr(self, "completed", 0):
            return ""
        seconds = (time.monotonic() - self.started) * (self.total / self.completed - 1)
        return f"{int(seconds) // 60}:{int(seconds) % 60:02d} left"
