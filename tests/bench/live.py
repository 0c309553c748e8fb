"""Python in the book's pages, as a reader waits for it, in a browser with a profile on disk: what
travels, what is kept; seconds from the first touch of a cell to the verdict of its check with
nothing kept, and on the next page; and seconds from Stop to the next verdict.

On the next page Python goes on from the memory that the first start left. A run is stopped as soon
as it has begun, and when the page has asked whether it ends: by then another worker is warm. On a
machine that has other work, what the browser's processes used of a processor says more than the
clock: with nothing else to do, and more than one core, the wait is about that or less.
"""

import contextlib
import gzip
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
NEXT = ("ex3_lstm_forward", "ex5_gru", "ex7_language_model")
PAUSE = 3000  # milliseconds
KEPT = "navigator.storage.estimate().then(found => found.usage)"


def main() -> None:
    """Print what travels, and how long a reader waits."""
    from tests.browsing import profile
    from tests.live_pages import hosted

    if not list(HTML.glob("live/pyodide-*")):
        print("the book was built without Python in its pages: make book")
        return
    for name, pattern in (("Pyodide", "pyodide-*/*"), ("the page's code", "code-*/*")):
        files = [path.read_bytes() for path in (HTML / "live").glob(pattern)]
        packed = sum(len(gzip.compress(data, 6)) for data in files) / 1e6
        print(f"{name:<16} {sum(map(len, files)) / 1e6:6.2f} MB, packed {packed:.2f}")
    place = TemporaryDirectory()
    with place as folder, hosted(HTML) as host, profile(folder) as browser:
        measure(browser.new_page(), host)  # not watched: what it fetches it keeps
    print(
        f"the machine's load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )


def measure(page, host):
    """Print how long a reader waits, in the order of a first visit."""
    told("first answer", 10, *first_answer(page, host, "ex1_rnn_cell"))
    page.wait_for_timeout(PAUSE)  # a reader reads what the check says
    print(f"kept                {page.evaluate(KEPT) / 1e6:.1f} MB")
    for name in NEXT:
        told("on the next page", 4, *first_answer(page, host, name))
    for when, words in (("at once", "running …"), ("later", "still running")):
        told(f"after Stop {when}", 3, *after_stop(page, host, words))


def told(what, target, clock, processor):
    """Print what was measured."""
    print(
        f"{what:<19} {clock:.1f} s, of a processor {processor:.1f} s (target {target})"
    )


def worked():
    """Seconds of processors that the processes which this one has started have used."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # one that has ended meanwhile
            parts = path.read_text().rpartition(") ")[2].split()
            pid = int(path.parent.name)
            parents[pid], ticks[pid] = int(parts[1]), int(parts[11]) + int(parts[12])

    def ours(pid):
        above = parents.get(pid)
        return above == os.getpid() or (above is not None and ours(above))

    return sum(ticks[pid] for pid in ticks if ours(pid)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def timed():
    """Fill a list with the seconds of the clock and of processors that something takes."""
    taken, clock, processor = [], time.monotonic(), worked()
    yield taken
    taken += time.monotonic() - clock, worked() - processor


def opened(page, host, assignment):
    """Open an exercise's page; give it, a function, and the function's right text."""
    from tests.live_pages import COURSE, ExercisePage, texts_of

    unit = load(assignment, COURSE)
    exercise = ExercisePage(page, host, assignment).go()
    task = next(iter(unit.functions))
    return exercise, task, texts_of(sample_notebook(unit))[task]


def first_answer(page, host, assignment):
    """Seconds from the first touch of a cell to the verdict on a right function."""
    exercise, task, right = opened(page, host, assignment)
    with timed() as taken:
        exercise.write(task, right)
        assert exercise.check(task).inner_text().startswith("✓")
    return taken


def after_stop(page, host, words):
    """Seconds from the click on Stop, once these words are beside a cell, to the next verdict."""
    exercise, task, right = opened(page, host, NEXT[0])
    exercise.write(task, right)
    exercise.check(task)
    exercise.write(task, right + "\n\nwhile True:\n    pass\n")
    exercise.button(f"Check {task}").first.click()
    exercise.cell(task).get_by_text(words).wait_for()
    with timed() as taken:
        exercise.cell(task).get_by_role("button", name="Stop").click()
        exercise.write(task, right)
        assert exercise.check(task).inner_text().startswith("✓")
    return taken
