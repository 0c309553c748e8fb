"""What the first view of each page of the book costs: requests, bytes, and how far anything
moves.
"""

import gzip
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
WIDTHS = 1280, 390
PACKED = {
    ".css",
    ".html",
    ".js",
    ".json",
    ".svg",
    ".ttf",
}  # what any host sends packed; woff2 and png are already
SHIFT = """() => new Promise(done => {
    let sum = 0;
    const watch = new PerformanceObserver(
        list => list.getEntries().forEach(entry => sum += entry.value));
    watch.observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 100);
})"""


@dataclass(frozen=True)
class View:
    """The first view of a page.

    Attributes
    ----------
    requests : int
        Files that the browser asked for.
    missing : list of str
        Those among them that there are not.
    plain, sent : int
        Bytes of the files as they lie on the disk, and as they travel: packed, each with its head.
    shift : float
        Cumulative layout shift.
    """

    requests: int
    missing: list
    plain: int
    sent: int
    shift: float


class Handler(SimpleHTTPRequestHandler):
    """Sends files packed, as hosts do, and notes them in the server's list."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Send one file."""
        path = Path(self.directory, unquote(urlsplit(self.path).path).lstrip("/"))
        plain = path.read_bytes() if path.is_file() else None
        body = (
            gzip.compress(plain, 6)
            if plain is not None and path.suffix in PACKED
            else plain or b""
        )
        self.send_response(404 if plain is None else 200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        if plain is not None and path.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        head = sum(map(len, self._headers_buffer))
        self.end_headers()
        self.wfile.write(body)
        self.server.sent.append((self.path, plain, head + len(body)))

    def log_message(self, *about):
        """Say nothing."""


@contextmanager
def served(html):
    """Serve a folder on a free port of this machine; yields the server, whose list `sent` names
    each file.
    """
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(html))
    )
    server.sent = []
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def view(browser, server, name, width):
    """Open a page as somebody does who comes for the first time, until it asks for nothing more."""
    server.sent.clear()
    context = browser.new_context(viewport={"width": width, "height": 900})
    try:
        page = context.new_page()
        page.goto(
            f"http://127.0.0.1:{server.server_port}/{name}", wait_until="networkidle"
        )
        shift = page.evaluate(SHIFT)
    finally:
        context.close()
    sent = list(server.sent)
    return View(
        requests=len(sent),
        missing=[path for path, plain, _ in sent if plain is None],
        plain=sum(len(plain or b"") for _, plain, _ in sent),
        sent=sum(length for _, _, length in sent),
        shift=shift,
    )


MOST = 0.01  # of layout shift; a tenth is what Google's guide calls good


def main() -> None:
    """Print a line for each page and width, and name those that move."""
    from tests.browsing import (
        ALONE,
        find,
        missing,
    )  # seen from the folder that the benchmarks are run in

    with sync_playwright() as playwright:
        path = find(playwright)
        if path is None or not HTML.is_dir():
            print(
                f"pages of the book: left out; "
                f"{missing() if path is None else 'run `make book` first'}"
            )
            return
        print(
            "first view of a page, 1280 and 390 px wide: requests, kB as they lie "
            "and as they travel, layout shift"
        )
        browser = playwright.chromium.launch(executable_path=path, args=ALONE)
        with served(HTML) as server:
            moving = []
            for page in sorted(
                [*HTML.glob("book/*.html"), *HTML.glob("exercises/*/*.html")]
            ):
                name = page.relative_to(HTML).as_posix()
                seen = [view(browser, server, name, width) for width in WIDTHS]
                print(f"  {page.stem:<20}" + "   |".join(map(_line, seen)))
                moving += [
                    f"{page.stem} at {w} px"
                    for w, s in zip(WIDTHS, seen, strict=True)
                    if s.shift >= MOST
                ]
        print(f"  pages that move by {MOST} or more: {', '.join(moving) or 'none'}")
        browser.close()


def _line(seen: View) -> str:
    return f"{seen.requests:>4} {seen.plain / 1000:8.0f} {seen.sent / 1000:7.0f} {seen.shift:8.4f}"
