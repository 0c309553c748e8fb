"""Work in an exercise's page as a student does: write, check, read what is said."""

import json
import os
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from autograder.unit.course import Course

COURSE = Course.find(__file__)
FIRST = "ex1_rnn_cell"
READY = "document.documentElement.dataset.live === 'there'"
LONG = 60_000  # milliseconds: other tests share the machine
KEEPS = "async code => (await import(code + 'exercise.js')).python.runner?.keeps"


class Host(SimpleHTTPRequestHandler):
    """A plain host: files, their age, and no header that a page could lean on."""

    extensions_map = {  # noqa: RUF012, as the library has it: a host that knows few endings
        ".html": "text/html", ".js": "text/javascript", ".css": "text/css",
        ".json": "application/json", ".svg": "image/svg+xml", "": "application/octet-stream",
    }  # fmt: skip

    def end_headers(self):
        """Let browsers keep what they have for a while, as hosts do."""
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *about):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Says nothing when a page leaves before it has all that it asked for."""

    def handle_error(self, request, client_address):
        """Pass over it: what is missing, the page itself would miss."""


@contextmanager
def hosted(folder):
    """Address of a host on this machine that hands out a built book."""
    with Server(("127.0.0.1", 0), partial(Host, directory=folder)) as host:
        thread = Thread(target=host.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{host.server_port}/"
        host.shutdown()
        thread.join()


def needs_runtime(book):
    """Skip where the book was built without Pyodide; in CI this is a failure."""
    if not list(book.html.glob("live/pyodide-*/pyodide.asm.wasm")):
        said = [line for line in book.log.splitlines() if line.startswith("live: ")]
        (pytest.fail if os.environ.get("CI") else pytest.skip)(" ".join(said))


class ExercisePage:
    """An exercise's page in a browser."""

    def __init__(self, page, host, assignment):
        self.page, self.host, self.assignment = page, host, assignment
        self.address = f"{host}exercises/{assignment}/{assignment}.html"

    def go(self):
        """Open it, and wait until it is a place to work."""
        self.page.goto(self.address)
        self.page.wait_for_function(READY, timeout=LONG)
        return self

    def reload(self):
        """Open it anew."""
        self.page.reload()
        self.page.wait_for_function(READY, timeout=LONG)

    @property
    def code(self):
        """Address of the folder of the page's own code."""
        told = json.loads(self.page.locator("#live-told").text_content())
        return f"{self.host}{told['code']}"

    def field(self, name):
        """The text field in which a function is written."""
        return self.page.get_by_label(f"{name}, Python code", exact=True)

    def button(self, words):
        """A button by its whole name."""
        return self.page.get_by_role("button", name=words, exact=True)

    def write(self, name, text):
        """Write a function's cell."""
        self.field(name).fill(text)

    def kept(self):
        """What the browser has of this exercise."""
        found = self.page.evaluate(
            "name => Object.entries(localStorage)"
            ".find(([key]) => key.endsWith(name))?.[1]",
            f" {self.assignment}",
        )
        return found and json.loads(found)

    def wait_kept(self, text):
        """Wait until the browser has this text of some cell."""
        self.page.wait_for_function(
            "text => Object.values(localStorage)"
            ".some(one => one.includes(JSON.stringify(text)))",
            arg=text,
        )

    def wait_start_kept(self):
        """Wait until the browser has what later pages go on from."""
        self.page.wait_for_function(KEEPS, arg=self.code, timeout=LONG)

    def cell(self, name):
        """The cell in which a function is written, with what it shows."""
        return self.page.locator("div.cell").filter(has=self.field(name))

    def check(self, name):
        """Check a function, and give the box that says how it is."""
        box = self.cell(name).locator(".live-output .unrolled-check")
        cell = self.cell(name).element_handle()
        before = "cell => cell.querySelectorAll('.unrolled-check, .live-note')"
        self.page.evaluate(f"{before}.forEach(one => one.dataset.old = 1)", cell)
        self.button(f"Check {name}").first.click()
        new = ":is(.unrolled-check, .live-note):not([data-old])"
        self.page.wait_for_function(
            "cell => !cell.classList.contains('live-runs')"
            f" && cell.querySelector('{new}')",
            arg=cell,
            timeout=LONG,
        )
        return box

    def points(self):
        """The sentence on the points, once they are added up."""
        line = self.page.locator("#live-points")
        self.page.wait_for_function(
            "e => e.textContent", arg=line.element_handle(), timeout=LONG
        )
        return line.inner_text()

    def download(self):
        """The notebook as the page gives it away."""
        with self.page.expect_download() as coming:
            self.button("Download my notebook").click()
        return coming.value.path().read_bytes()


def texts_of(notebook):
    """Texts of a notebook's cells by their names."""
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
