"""A browser for the tests of the book: which one, and how it is told to be alone."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ALONE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
LOCAL = ("file:", "data:", "blob:")


def find(playwright):
    """Path of Chromium: what CHROMIUM names, else the system's, else the one that Playwright
    has fetched; or None.
    """
    named = os.environ.get("CHROMIUM")
    names = [named] if named else [*NAMES, playwright.chromium.executable_path]
    return next(
        (path for path in map(shutil.which, names) if path and runs(path)), None
    )


def runs(path):
    """Whether a program starts; Ubuntu's `chromium-browser` may only say where the browser
    could be had.
    """
    return (
        subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode
        == 0
    )


def missing():
    """What to do about a browser that is not there."""
    named = os.environ.get("CHROMIUM")
    if named:
        return (
            f"needs Chromium, and CHROMIUM={named} is no program that runs: "
            f"unset it, or name another"
        )
    return "needs Chromium: `tools/system browser` installs it, or set CHROMIUM to its path"


@contextmanager
def started(start):
    """What `start` launches, given Chromium and its path; where there is none the tests are
    skipped, in CI they fail.
    """
    with sync_playwright() as playwright:
        path = find(playwright)
        if path is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(missing())
        browser = start(playwright.chromium, path)
        yield browser
        browser.close()


def chromium():
    """Chromium, alone in the world."""
    return started(
        lambda browser, path: browser.launch(executable_path=path, args=ALONE)
    )


def profile(folder):
    """Chromium with a profile in a folder, as readers have: it keeps more than a private window."""
    return started(
        lambda browser, path: browser.launch_persistent_context(
            folder, executable_path=path, args=ALONE
        )
    )


def watch(page, origin=None):
    """Refuse a page's requests to other hosts.

    Parameters
    ----------
    page : Page
    origin : str, optional
        The beginning of other addresses that are the book's own.

    Returns
    -------
    list of str
        Grows by every request that was refused and everything that the page complains about.
    """
    wrong, own = [], (*LOCAL, *([origin] if origin else []))

    def guard(route):
        if route.request.url.startswith(own):
            return route.continue_()
        wrong.append(f"asked for {route.request.url}")
        return route.abort()

    page.route("**/*", guard)
    page.on(
        "console",
        lambda said: (
            wrong.append(said.text) if said.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def settle(page):
    """Wait until a page has its fonts and its scripts have run."""
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => null)")
