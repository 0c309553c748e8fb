"""Put beside the pages what they need to run Python, and tell them where it is.

In the built book `live/` holds three folders, each under a name that changes with its content, so
that a browser may keep what it has: the pages' own code, the course's files (the student's wheel
as the zip has it, numbers and released notebooks), and Pyodide. A page loads its code at once,
which is small, and the rest when somebody wants to run a cell.
"""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from sphinx.util import logging

from autograder.publish.pyodide_files import FILES, LOCK, NUMPY, VERSION
from autograder.unit.course import Course
from autograder.unit.setting_kinds import BUNDLED, OFF

from .course_links import ROOT, digest, exercise_page
from .live_runtime import NoRuntimeError, find_runtime
from .student_zip import ZIP, sources

LOGGER = logging.getLogger(__name__)
FOLDER = "live"
CODE = ROOT / "book" / "live"
EDITOR = ROOT / "book" / "vendor" / "prism-code-editor"
OWN = (".js", ".css", ".py")  # of these folders, what pages load
WHEEL = "student.whl"
HOME = "/course"  # the folder of the exercises' folders, in the page's own file system


def read_settings(app, config):
    """Find out whether pages run Python, and have all of them written anew when that changes."""
    course = Course(config.course_root)
    live = course.settings.live
    config.live = {}
    if live.runtime == OFF:
        return
    runtime = f"{FOLDER}/pyodide-{VERSION}/"
    if live.runtime == BUNDLED:
        try:
            config.live_source = str(find_runtime(live.folder))
        except NoRuntimeError as error:
            LOGGER.info(
                "live: the pages run no Python, since its files are not to be had here "
                "(%s); all else is as always",
                error,
            )
            return
    else:
        runtime = live.runtime.strip().rstrip("/") + "/"
    config.live = {
        "runtime": runtime,
        "code": f"{FOLDER}/code-{digest(code_files())[:12]}/",
        "course": f"{FOLDER}/course-{digest(sources(course.root))[:12]}/",
    }


def code_files():
    """Give what the pages' own code consists of."""
    found = [*CODE.iterdir(), EDITOR / "editor_base.js", EDITOR / "editor_base.css"]
    return [path for path in found if path.suffix in OWN]


def told(app, page, assignment=""):
    """Give what a page's code is told of where it is and where all else is.

    Parameters
    ----------
    app : Sphinx
    page : str
        The page's name.
    assignment : str, optional
        The exercise whose page it is.
    """
    live = app.config.live
    course = Course(app.config.course_root)
    root = "../" * page.count("/") or "./"
    exercises = []
    for name in course.assignments:
        notebook = course.exercises / name / f"{name}.ipynb"
        if notebook.is_file() and exercise_page(name) in app.env.found_docs:
            exercises.append(
                {
                    "name": name,
                    "page": f"{exercise_page(name)}.html",
                    "version": version(notebook),
                    "numbers": f"{live['course']}{name}.npz",
                    "notebook": f"{live['course']}{name}.ipynb",
                }
            )
    return {
        "root": root,
        "runtime": live["runtime"],
        "code": live["code"],
        "wheel": f"{live['course']}{WHEEL}",
        "numpy": NUMPY,
        "lock": LOCK,
        "store": f"unrolled-python-{VERSION}",
        "home": HOME,
        "assignment": assignment,
        "exercises": exercises,
    }


def version(notebook):
    """Give a name for a released notebook's content."""
    return hashlib.sha256(notebook.read_bytes()).hexdigest()[:12]


def add_code(app, context, page, script, **told_more):
    """Have a page load a script of `book/live`, with what it is told.

    Parameters
    ----------
    app : Sphinx
    context : dict
        The page's, as Sphinx fills templates.
    page : str
        The page's name.
    script : str
        The file's name.
    **told_more
        What this script is told beside what all are.
    """
    about = told(app, page, told_more.pop("assignment", "")) | told_more
    where = about["root"] + about["code"]
    data = json.dumps(about).replace("<", "\\u003c")
    context["metatags"] = context.get("metatags", "") + (
        f'\n<link rel="stylesheet" href="{where}live.css">'
        "\n<script>document.documentElement.classList.add("
        'location.protocol === "file:" ? "no-live" : "live");</script>'
        f'\n<script type="application/json" id="live-told">{data}</script>'
        # from a file no browser takes modules, and there is nothing for them to do
        '\n<script>if (location.protocol !== "file:") document.addEventListener('
        '"DOMContentLoaded", () => import(new URL('
        f'"{where}{script}", document.baseURI)));</script>\n'
    )


def publish(app, exception):
    """Put the folders beside the pages that have been built, and take older ones away."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    live = app.config.live
    wanted = {live[one].split("/")[1] for one in ("code", "course") if live}
    if live and live["runtime"].startswith(f"{FOLDER}/"):
        wanted.add(live["runtime"].split("/")[1])
    for old in (out / FOLDER).glob("*"):
        if old.name not in wanted:
            shutil.rmtree(old)
    if not wanted:
        shutil.rmtree(out / FOLDER, ignore_errors=True)
        return
    copy(code_files(), out / live["code"])
    released = Course(app.config.course_root).exercises.glob("ex*/*")
    copy((p for p in released if p.suffix in (".ipynb", ".npz")), out / live["course"])
    with zipfile.ZipFile(out / ZIP) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".whl"))
        (out / live["course"] / WHEEL).write_bytes(archive.read(name))
    if live["runtime"].startswith(f"{FOLDER}/"):
        kept = Path(app.config.live_source)
        copy((kept / name for name in FILES), out / live["runtime"])


def copy(files, folder):
    """Copy files into a folder, those that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        target = folder / path.name
        if not target.is_file() or target.stat().st_size != path.stat().st_size:
            shutil.copyfile(path, target)


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("unrolled_book.course_links")
    app.add_config_value("live", {}, "html")
    app.add_config_value("live_source", "", "")
    app.connect("config-inited", read_settings, priority=600)
    app.connect("build-finished", publish, priority=600)  # after the zip
    return {"parallel_read_safe": True, "parallel_write_safe": True}
