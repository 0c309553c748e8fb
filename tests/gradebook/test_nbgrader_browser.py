"""JupyterLab with nbgrader's extensions: a student fetches, writes, validates and hands in; the
instructor marks.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import minicourse
import pytest
from browsing import chromium
from playwright.sync_api import expect
from sweeps import sweep

NAME, TOKEN, PATIENCE = minicourse.NAME, "only-for-this-test", 60
BIND = f'''\
# %% role="bind" id="bind_check"
from unrolled import exercise

check = exercise("{NAME}")

# %% role="solve"'''
STUDENT = 'c = get_config()\nc.CourseDirectory.course_id = "unrolled"\nc.Exchange.root = "{}"\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A course with one released exercise, and the home of a student who knows only where the
    exchange is.
    """
    place = tmp_path_factory.mktemp("class")
    course = minicourse.make(
        place / "course", minicourse.SOURCE.replace('# %% role="solve"', BIND)
    )
    settings = course.root / "course.toml"
    settings.write_text(
        settings.read_text().replace('root = ""', f'root = "{place}/exchange"')
    )
    for folder in ("student/.jupyter", "student/work", "instructor"):
        (place / folder).mkdir(parents=True)
    (place / "student/.jupyter/nbgrader_config.py").write_text(
        STUDENT.format(place / "exchange")
    )
    for command in ("generate_assignment", "release_assignment"):
        done = subprocess.run(
            [program("nbgrader"), command, NAME], cwd=course.root, env=environment(place),
            text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return place


def program(name):
    return Path(sys.executable).parent / name


def environment(home):
    """This one's, with another home, so that nobody's own settings count."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    own = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON"))
    }
    return own | {"HOME": str(home), "PATH": path, "JUPYTER_PLATFORM_DIRS": "0"}


@contextlib.contextmanager
def lab(home, folder):
    """JupyterLab on a free port of this machine; it and its kernels are gone at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        program("jupyter"),
        "lab",
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--allow-root",
    ]
    command += [
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
    ]
    with open(home / "lab.log", "w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=environment(home), stdout=log, stderr=log,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={TOKEN}", server, home / "lab.log")
        yield address
    finally:
        server.send_signal(
            signal.SIGTERM
        )  # it ends its kernels, which have sessions of their own
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(address, server, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start: {log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def pages():
    """Open a page; whatever it asks of another host is refused and noted."""
    with chromium() as browser:
        contexts, elsewhere = [], []

        def open_page(server, path):
            def guard(route):
                if route.request.url.startswith(
                    ("http://127.0.0.1:", "data:", "blob:")
                ):
                    return route.continue_()
                elsewhere.append(route.request.url)
                return route.abort()

            contexts.append(
                browser.new_context(viewport={"width": 1280, "height": 900})
            )
            contexts[-1].set_default_timeout(1000 * PATIENCE)
            page = contexts[-1].new_page()
            page.route("**/*", guard)
            page.goto(f"{server}/{path}?token={TOKEN}")
            return page

        open_page.elsewhere = elsewhere
        expect.set_options(timeout=1000 * PATIENCE)
        yield open_page
        for context in contexts:
            context.close()


def menu(page, name, item):
    page.locator(".lm-MenuBar-item", has_text=name).click()
    page.locator(".lm-Menu-item", has_text=item).first.click()


def write(page, text):
    """Type a line in place of the one that sets `b`."""
    page.locator(".cm-line", has_text="b = ").first.click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type(f"b = {text}")
    menu(page, "Run", "Run All Cells")


def validated(page):
    """What nbgrader's Validate says."""
    page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog")
    dialog.locator(".jp-Dialog-header", has_text="Validation Results").wait_for()
    said = dialog.inner_text()
    dialog.locator("button.jp-mod-accept").click()
    dialog.wait_for(state="detached")
    return said


@pytest.fixture(scope="module")
def handed_in(place, pages):
    """A student's life in JupyterLab: what the pages said, by step."""
    said = {}
    with lab(place / "student", place / "student" / "work") as server:
        page = pages(server, "lab")
        menu(page, "Nbgrader", "Assignment List")
        page.get_by_role("button", name="Fetch").click()
        page.get_by_role("button", name="Submit").wait_for()
        page.goto(f"{server}/lab/tree/{NAME}/{NAME}.ipynb")
        page.locator(".cm-line", has_text="b = None").wait_for()
        write(page, "5.0 * np.tanh(a + 1.5) + np.arange(a.size)")
        page.locator("summary", has_text="mistake and hint").click()
        page.get_by_text("The scale is off.").wait_for()
        said["validated wrong"] = validated(page)
        write(page, "3.0 * np.tanh(a) + np.arange(a.size)")
        page.locator(".jp-MarkdownCell em").dblclick()
        page.locator(".cm-line", has_text="*Your answer here.*").click()
        page.keyboard.press("Control+A")
        page.keyboard.type("It saturates.")
        page.locator(".cm-line", has_text="It saturates.").wait_for()
        menu(page, "Run", "Run All Cells")
        page.locator(".jp-OutputArea-output", has_text="is right").wait_for()
        said["validated right"] = validated(page)
        menu(page, "Nbgrader", "Assignment List")  # validating has saved the notebook
        page.get_by_role("button", name="Submit").click()
        page.get_by_text("There are no submitted assignments.").wait_for(state="hidden")
    return said


@sweep
def test_validate_names_what_is_wrong_and_then_nothing(handed_in):
    assert "check(step)" in handed_in["validated wrong"]
    assert "The scale is off." in handed_in["validated wrong"]
    assert "You did not provide a response." in handed_in["validated wrong"]
    assert (
        "Success! Your notebook passes all the tests." in handed_in["validated right"]
    )


def test_the_instructor_sees_marks_and_feedback_and_gives_points(
    handed_in, place, pages
):
    with lab(place / "instructor", place / "course") as server:
        page = pages(server, "lab")
        menu(page, "Nbgrader", "Formgrader")
        expect(
            page.frame_locator("iframe").locator("td.name", has_text=NAME)
        ).to_be_visible()

        page.goto(f"{server}/formgrader/manage_assignments")
        page.locator("td.collect a").click()
        page.get_by_text("Successfully collected").wait_for()
        page.goto(f"{server}/formgrader/manage_submissions/{NAME}")
        page.locator("td.autograde a").click()
        page.get_by_text("Successfully autograded").wait_for()
        expect(page.locator("td.score")).to_have_text("10 / 12.5")
        expect(page.locator("td.status")).to_have_text("needs manual grading")

        page.goto(f"{server}/formgrader/gradebook/{NAME}/{NAME}")
        page.locator("td.name a").first.click()
        expect(page.get_by_role("main")).to_contain_text("step is right")
        expect(page.locator("input#check_step")).to_have_attribute(
            "placeholder", "10"
        )  # the page has its marks
        with page.expect_response(
            lambda answer: (
                "/api/grade/" in answer.url and answer.request.method == "PUT"
            )
        ):
            page.locator("input#why").fill("1.5")
            page.keyboard.press("Tab")
        page.goto(f"{server}/formgrader/manage_submissions/{NAME}")
        expect(page.locator("td.score")).to_have_text("11.5 / 12.5")
        expect(page.locator("td.status")).to_have_text("graded")
    assert pages.elsewhere == []
