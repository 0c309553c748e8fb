"""Python in the book's pages, as a reader waits for it: the first answer of a check with nothing
kept, on the next page, after a loop without an end; and what travels for it.
"""

import gzip
import time
from pathlib import Path

from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
NEXT = "ex3_lstm_forward"


def main() -> None:
    """Print what travels, and how long a reader waits."""
    from tests.browsing import chromium
    from tests.live_pages import hosted

    if not list(HTML.glob("live/pyodide-*")):
        print("the book was built without Python in its pages: make book")
        return
    for name, pattern in (("Pyodide", "pyodide-*/*"), ("the page's code", "code-*/*")):
        files = [path.read_bytes() for path in (HTML / "live").glob(pattern)]
        packed = sum(len(gzip.compress(data, 6)) for data in files) / 1e6
        print(f"{name:<16} {sum(map(len, files)) / 1e6:6.2f} MB, packed {packed:.2f}")
    with hosted(HTML) as host, chromium() as browser:
        page = browser.new_context().new_page()  # not watched: what it fetches it keeps
        first = first_answer(page, host, "ex1_rnn_cell")
        print(f"first answer     {first:6.1f} s (target 10)")
        print(f"on the next page {first_answer(page, host, NEXT):6.1f} s (target 4)")
        print(f"after Stop       {after_stop(page, host):6.1f} s (target 3)")


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
    begun = time.monotonic()
    exercise.write(task, right)
    assert exercise.check(task).inner_text().startswith("✓")
    return time.monotonic() - begun


def after_stop(page, host):
    """Seconds from the click on Stop to the next verdict."""
    exercise, task, right = opened(page, host, NEXT)
    exercise.write(task, right)
    exercise.check(task)
    exercise.write(task, right + "\n\nwhile True:\n    pass\n")
    exercise.button(f"Check {task}").first.click()
    exercise.cell(task).get_by_text("still running").wait_for()
    exercise.cell(task).get_by_role("button", name="Stop").click()
    begun = time.monotonic()
    exercise.write(task, right)
    assert exercise.check(task).inner_text().startswith("✓")
    return time.monotonic() - begun
