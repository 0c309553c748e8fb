"""Make your notebooks, install what they need and open JupyterLab:  python3 start.py

It never replaces a notebook that you have written in, whatever you type:

  start.py                as above; run it whenever you want to work
  start.py lab …          the same, with words for JupyterLab, such as a notebook's path
  start.py prepare        the same, but JupyterLab is not opened
  start.py here           only make the notebooks that are missing
  start.py update         fetch the present release of exercises and checker
  start.py update FILE    the same from FILE, the course's new zip
  start.py into FOLDER    bring this release into the folder of an earlier one
  start.py original NAME  lay an exercise as it was, such as ex1_rnn_cell, beside yours
"""

# An old Python must get as far as the message: nothing here that Python 3.6 cannot read.
import sys

if sys.version_info < (3, 11):  # noqa: UP036, this file runs wherever a student runs it
    sys.exit(
        "The course needs Python 3.11 or newer; this is Python "
        + ".".join(map(str, sys.version_info[:2]))
        + ". If you have a newer one, name it: python3.12 start.py (on Windows: py -3.12 "
        "start.py). If not, get one from python.org/downloads, or `uv python install 3.12`."
    )

import argparse
import html
import importlib.metadata
import importlib.util
import io
import json
import os
import shutil
import subprocess
import time
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

BOOK = "@BOOK@"  # address of the book, beside whose pages the present zip lies
FOLDER = "unrolled-exercises"  # in the zip
PACKAGE = "unrolled-autograder"
ORIGINALS = "originals.zip"
FILES = "files.txt"  # in it: what belongs to the release
START = "start.ipynb"  # the one notebook that belongs to the course, not to the student
# what your notebooks were made from, and what was moved out of the way
KEPT = ".unrolled"
# characters of a folder on Windows, below which an environment's files fit
LONGEST = 95
WHOSE = ("-c", "user.name=student", "-c", "user.email=student@localhost")


class StartError(Exception):
    """What hinders, and what to do, in words for a student."""


def main(words=None):
    """Do what the command line says; 0: done, 1: it could not be done."""
    words = sys.argv[1:] if words is None else list(words)
    for_jupyter = []
    if words[:1] == ["lab"]:  # behind it all is Jupyter's own
        for_jupyter = words[1:]
        words = []
    options = parser().parse_args(words)
    options.options = for_jupyter
    root = Path(__file__).resolve().parent
    try:
        options.do(root, options)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def parser():
    """Make the parser of the verbs."""
    how = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        "start.py", usage=argparse.SUPPRESS, description=__doc__, formatter_class=how
    )
    top.set_defaults(do=open_lab)
    verbs = top.add_subparsers(help=argparse.SUPPRESS)
    for name, do, argument, count in (
        ("prepare", prepare, "", None),
        ("here", here, "", None),
        ("update", update, "file", "?"),
        ("into", into, "folder", None),
        ("original", original, "name", None),
    ):
        verb = verbs.add_parser(name)
        verb.set_defaults(do=do)
        if argument:
            verb.add_argument(argument, nargs=count)
    return top


# The verbs


def open_lab(root, options):
    """Prepare all, and start JupyterLab in the course's folder."""
    python = prepare(root, options)
    said = "JupyterLab opens in your browser. To end it, come back here: Ctrl-C, twice."
    print(said, flush=True)  # before all that Jupyter says
    command = [python, "-m", "jupyterlab", *options.options]
    subprocess.call(command, cwd=str(root))


def prepare(root, options=None):
    """Make the notebooks and the environment; give the environment's Python."""
    tell(lay(root))
    remove_old_wheels(root, [wheel_of(root).name])
    return environment(root)


def here(root, options=None):
    """Make the notebooks; in a notebook also see to the checker, and link the exercises."""
    said = lay(root)
    if not in_notebook():
        tell(said)
        return
    is_up_to_date = installed() == wanted(root)
    if not is_up_to_date and not has_grader():
        install(sys.executable, root, [wheel_of(root).name])
        said.append("The checker is installed. Restart the kernel of open exercises.")
    from IPython.display import HTML, display

    display(HTML(page(root, said)))


def update(root, options):
    """Fetch the present release, and hand over to its own start.py."""
    if options.file:
        bring(files_in_zip(Path(options.file)), root)
    elif (root / ".git").exists():
        pull(root)
    else:
        bring(newest_files(root), root)
    hand_over(root)


def into(root, options):
    """Bring this release into another folder, of an earlier one."""
    target = Path(options.folder).resolve()
    if not (target / "requirements.txt").is_file():
        raise StartError(
            f"{target} is no folder of the course: it holds no requirements.txt."
        )
    bring({name: (root / name).read_bytes() for name in listed(root)}, target)
    hand_over(target)


def original(root, options):
    """Lay an exercise as it was beside the student's, under a name that is free."""
    name = PurePosixPath(options.name).stem
    inside = f"{name}/{name}.ipynb"
    originals = read_originals(root)
    if inside not in originals:
        names = ", ".join(PurePosixPath(path).stem for path in sorted(originals))
        raise StartError(f"There is no exercise {name!r}; there are: {names}.")
    place = free(root / name / f"{name}-original.ipynb")
    write_new(place, originals[inside])
    remember(root, inside, originals[inside])
    print(f"As it was: {place.relative_to(root).as_posix()}. Yours stays as it is.")


# The notebooks


def lay(root):
    """Make each notebook that is missing, replace those that nobody has written in, and leave all
    others; say what is worth a word.
    """
    said = []
    new = []
    for name, data in sorted(read_originals(root).items()):
        if (root / name).exists():
            said += renew(root, name, data)
        else:
            write_new(root / name, data)
            remember(root, name, data)
            new.append(name)
    if new:
        said.insert(0, f"Made for you to work in: {', '.join(new)}.")
    return said


def renew(root, name, data):
    """Replace a notebook if nobody has written in it; say what is worth a word.

    Parameters
    ----------
    root : Path
        The student's folder.
    name : str
        The notebook's path in it.
    data : bytes
        The notebook as it is released now.
    """
    place = root / name
    mine = place.read_bytes()
    before = read_or_none(root / KEPT / "from" / name)
    if same_cells(mine, data):
        remember(root, name, data)
        return []
    if before is not None and same_cells(mine, before):
        put_away(root, name)
        write_new(place, data)
        remember(root, name, data)
        return [f"{name} is a newer one; you had written nothing in it yet."]
    changed = changed_cells(before or mine, data, by_sums=before is None)
    if not changed:
        remember(root, name, data)
        return []
    return [
        f"{name} has changed since you began ({', '.join(changed)}). Yours stays. To "
        f"have the new one beside it: start.py original {place.stem}"
    ]


def read_originals(root):
    """Give all notebooks as they were, by their paths."""
    try:
        with zipfile.ZipFile(str(root / ORIGINALS)) as archive:
            names = [name for name in archive.namelist() if name != FILES]
            return {name: archive.read(name) for name in names}
    except (OSError, zipfile.BadZipFile):
        raise StartError(
            f"{ORIGINALS} is missing or damaged. Copy it from the course's zip into {root}, "
            "and nothing else: your notebooks stay as they are."
        ) from None


def listed(root):
    """Give the paths of all files of the release in a folder."""
    with zipfile.ZipFile(str(root / ORIGINALS)) as archive:
        return archive.read(FILES).decode("utf-8").split("\n")


def cells_of(data):
    """Give a notebook's cells; None where the data is no notebook."""
    try:
        cells = json.loads(data.decode("utf-8"))["cells"]
        return [dict(cell, source="".join(cell["source"]).rstrip()) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return None


def same_cells(mine, other):
    """Say whether two notebooks have the same texts in the same cells, whatever they printed."""
    my_cells = cells_of(mine)
    other_cells = cells_of(other)
    if my_cells is None or other_cells is None:
        return mine == other
    return texts_of(my_cells) == texts_of(other_cells)


def texts_of(cells):
    """Give what cells are compared by: their types and texts."""
    return [(cell["cell_type"], cell["source"]) for cell in cells]


def changed_cells(before, now, by_sums):
    """Give the names of what differs between two originals.

    Parameters
    ----------
    before, now : bytes
        Two notebooks as they were released.
    by_sums : bool
        Whether the first is a student's in place of an original: of it only nbgrader's sums of
        its released cells can be told, since what a student wrote is no change.
    """
    compared = checksums if by_sums else sources
    old = compared(cells_of(before) or [])
    new = compared(cells_of(now) or [])
    names = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    code = [name for name in names if not str(name).startswith("text_")]
    if names and not code:
        return ["its texts"]
    return code


def sources(cells):
    """Give the texts of cells by their names."""
    return {cell.get("id"): cell["source"] for cell in cells}


def checksums(cells):
    """Give nbgrader's sums of cells' released texts, by its names for them."""
    graded = [cell for cell in cells if grade_id(cell)]
    return {grade_id(cell): checksum(cell) for cell in graded}


def grade_id(cell):
    """Give nbgrader's name for a cell; "" where it has none."""
    return cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")


def checksum(cell):
    """Give nbgrader's sum of a cell's released text."""
    return cell["metadata"]["nbgrader"].get("checksum")


def remember(root, name, data):
    """Keep what a student's notebook was made from.

    Parameters
    ----------
    root : Path
        The student's folder.
    name : str
        The notebook's path in it.
    data : bytes
        The notebook as it was released.
    """
    place = root / KEPT / "from" / name
    if read_or_none(place) != data:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def put_away(root, name):
    """Move a file out of the way, to where it stays."""
    place = free(root / KEPT / "before" / time.strftime("%Y-%m-%d") / name)
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(str(root / name), str(place))
    return place


def free(place):
    """Give a path at which nothing is: this one, or one with a number behind its name."""
    found = place
    number = 2
    while os.path.lexists(str(found)):
        found = place.with_name(f"{place.stem}-{number}{place.suffix}")
        number += 1
    return found


def write_new(place, data):
    """Write a file that is not there yet; one that has come meanwhile is left."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(str(place), "xb") as file:
        file.write(data)


def read_or_none(path):
    """Give a file's bytes; None where there is none."""
    return path.read_bytes() if path.is_file() else None


def tell(said):
    """Print what is worth a word."""
    for line in said:
        print(line)


# A newer release


def files_in_zip(source):
    """Give the files of the release in the course's zip, by their paths."""
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        raise StartError(f"{source} cannot be read: {error.strerror}.") from None
    return files_in(data, source)


def files_in(data, source):
    """Give the files of the release in the bytes of the course's zip."""
    home = f"{FOLDER}/"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = archive.read(home + ORIGINALS)
            with zipfile.ZipFile(io.BytesIO(inner)) as originals:
                names = originals.read(FILES).decode("utf-8").split("\n")
            return {name: archive.read(home + name) for name in names}
    except (KeyError, zipfile.BadZipFile):
        raise StartError(
            f"{source} is not the course's zip, or did not come whole. Download it again."
        ) from None


def newest_files(root):
    """Give the files of the present release: from beside the book, or from a zip in the folder."""
    why = "This copy does not know where the course is published."
    if BOOK.startswith("http"):
        address = f"{BOOK.rstrip('/')}/{FOLDER}.zip"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return files_in(answer.read(), address)
        except OSError as error:
            why = f"{address} cannot be fetched: {error}."
    found = sorted(root.glob(f"{FOLDER}*.zip"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise StartError(
            f"{why} Put the new {FOLDER}.zip into {root}, and do this again; or name it: "
            f"start.py update PATH/{FOLDER}.zip"
        )
    return files_in_zip(found[-1])


def bring(files, target):
    """Put the files of a release into a folder; a student's notebook is never one of them."""
    for name, data in files.items():
        if leads_out(name):
            raise StartError(f"The zip names a file outside its folder, {name!r}.")
        place = target / name
        if is_students(name) or read_or_none(place) == data:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(place.name + ".new")
        new.write_bytes(data)
        os.replace(str(new), str(place))
    remove_old_wheels(target, files)


def leads_out(name):
    """Say whether a path may lead out of the folder that it begins in, on any system."""
    path = PurePosixPath(name)
    of_windows = "\\" in name or ":" in name
    return of_windows or path.is_absolute() or ".." in path.parts


def is_students(name):
    """Say whether a file is a notebook that a student works in."""
    return name.endswith(".ipynb") and name != START


def remove_old_wheels(root, wanted_names):
    """Remove the checkers of earlier releases, which unpacking a zip leaves behind."""
    for old in root.glob("unrolled_autograder-*.whl"):
        if old.name not in wanted_names:
            old.unlink()


def pull(root):
    """Bring a clone of the course's repository up to date, whatever was edited or committed."""
    try:
        git(root, "fetch", "--quiet")
        theirs = git(root, "rev-parse", "@{upstream}").strip()
        news = names_in(git(root, "diff", "--name-only", "-z", f"HEAD...{theirs}"))
    except StartError as error:
        raise StartError(
            f"Git cannot fetch the new release: {error} Nothing was changed. You can also clone "
            f"the course anew, beside this folder, and there type: start.py into {root}"
        ) from None
    mine = {}
    for name in edited(root, news):
        if is_students(name):
            mine[name] = (root / name).read_bytes()
        put_away(root, name)
        git(root, "reset", "--quiet", "--", name)
        if git(root, "ls-files", "--", name):
            git(root, "checkout", "--quiet", "--", name)
    try:
        merge(root, theirs)
    finally:
        for name, data in mine.items():
            place = root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def edited(root, names):
    """Give those of some files that are here and not as they were committed last."""
    if not names:
        return []
    changed = names_in(git(root, "diff", "--name-only", "-z", "HEAD", "--", *names))
    own = names_in(git(root, "ls-files", "--others", "-z", "--", *names))
    return [name for name in sorted({*changed, *own}) if (root / name).is_file()]


def merge(root, theirs):
    """Merge a release; where both changed a file, a notebook stays the student's, and what else
    there is becomes the course's.
    """
    whose = () if git(root, "config", "--get", "user.email", fails=True) else WHOSE
    try:
        git(root, *whose, "merge", "--quiet", "--no-edit", theirs)
        return
    except StartError as error:
        open_ = names_in(git(root, "diff", "--name-only", "--diff-filter=U", "-z"))
        if not open_:
            raise StartError(f"Git cannot merge the new release: {error}") from None
    for name in open_:
        side = "--ours" if is_students(name) else "--theirs"
        if git(root, "checkout", side, "--", name, fails=True) is None:
            git(root, "rm", "--quiet", "--cached", "--", name)
        else:
            git(root, "add", "--force", "--", name)
    git(root, *whose, "commit", "--quiet", "--no-edit")


def git(root, *arguments, fails=False):
    """Give what Git says; None where it fails and may."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        raise StartError("there is no git to be found.") from None
    if done.returncode == 0:
        return done.stdout
    if fails:
        return None
    raise StartError(done.stderr.strip() or f"git {arguments[0]} failed.")


def names_in(text):
    """Give the names that Git lists with a NUL behind each."""
    return [name for name in text.split("\0") if name]


def hand_over(root):
    """Let the new release's own start.py do the rest; show what it says, in a notebook too."""
    command = [sys.executable, str(root / "start.py"), "prepare"]
    done = subprocess.run(
        command,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    print(done.stdout, end="")
    if done.returncode:
        raise StartError("The files are up to date; what stands above is left to do.")
    print("Up to date. Restart the kernels of notebooks that are open.")


# The environment


def wheel_of(root):
    """Give the checker's wheel."""
    words = (root / "requirements.txt").read_text(encoding="utf-8").split()
    wheel = root / words[0]
    if not wheel.is_file():
        raise StartError(
            f"The checker, {wheel.name}, is missing. Copy this file from the course's zip into "
            f"{root}; your notebooks stay as they are."
        )
    return wheel


def wanted(root):
    """Give the version of the checker that belongs to this release."""
    return wheel_of(root).name.split("-")[1]


def installed():
    """Give the version of the checker that this Python has; "" if none."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return ""


def has_grader():
    """Say whether this is an instructor's environment, in which nothing is to be replaced."""
    try:
        return importlib.util.find_spec("autograder.grade") is not None
    except ModuleNotFoundError:
        return False


def environment(root):
    """Give a Python that has all that is needed: this one if it has, else that of .venv."""
    if is_to_work_in():
        python = sys.executable
        version = installed()
    else:
        python = python_of_venv(root)
        version = version_in(python)
    if version == wanted(root):
        return python
    print(
        "Installing JupyterLab, numpy and the checker; this takes a minute …",
        flush=True,
    )
    install(python, root, ["-r", "requirements.txt"])
    return python


def is_to_work_in():
    """Say whether this Python is one that a student works in: it has a checker and JupyterLab."""
    has_checker = installed() and not has_grader()
    return has_checker and importlib.util.find_spec("jupyterlab") is not None


def python_of_venv(root):
    """Give the Python of .venv, which is made if there is none."""
    inside = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = root.joinpath(".venv", *inside)
    if python.is_file():
        return str(python)
    warn_of_long_paths(root)
    if shutil.which("uv"):
        command = ["uv", "venv", "--quiet", "--python", sys.executable, ".venv"]
    elif importlib.util.find_spec("ensurepip") is None:
        raise StartError(
            "This Python cannot make an environment. On Debian and Ubuntu type\n"
            "    sudo apt install python3-venv\nand start again."
        )
    else:
        command = [sys.executable, "-m", "venv", ".venv"]
    if subprocess.call(command, cwd=str(root)):
        shutil.rmtree(str(root / ".venv"), ignore_errors=True)
        raise StartError(
            f"No environment could be made in {root / '.venv'}; see above."
        )
    return str(python)


def version_in(python):
    """Give the checker's version that another Python has beside JupyterLab; "" if not both."""
    code = (
        "from importlib.metadata import version as v\n"
        f"v('jupyterlab'); print(v('{PACKAGE}'))"
    )
    done = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def install(python, root, what):
    """Install by uv where it is there, else by pip.

    Parameters
    ----------
    python : str
        The interpreter for which it is.
    root : Path
        The student's folder.
    what : sequence of str
        What pip is told to install.
    """
    if shutil.which("uv"):
        command = ["uv", "pip", "install", "--quiet", "--python", python, *what]
    else:
        command = [python, "-m", "pip", "install", "--quiet", *what]
    done = subprocess.run(
        command, cwd=str(root), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartError(
            f"{(done.stderr or done.stdout).strip()}\n\nThe installation failed; this is what "
            "stopped it. It needs a network. Then start again: what is done is not done twice."
        )


def warn_of_long_paths(root):
    """Warn where Windows will not find the environment's files by their long paths."""
    length = len(str(root))
    if os.name != "nt" or length <= LONGEST:
        return
    print(
        f"This folder's path has {length} characters. Windows may not find files in it "
        "whose paths get longer than 260: if the installation fails, move the folder to a "
        f"place with a shorter path, such as C:\\{FOLDER}."
    )


# In a notebook


def in_notebook():
    """Say whether this runs in a notebook."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return hasattr(shell, "kernel")


def page(root, said):
    """Give the links to the exercises, and what is worth a word, as HTML."""
    lines = [f"<p>{html.escape(line)}</p>" for line in said]
    items = []
    for name in sorted(read_originals(root), key=number_of):
        title = title_of((root / name).read_bytes()) or name
        items.append(f'<li><a href="{name}">{html.escape(title)}</a></li>')
    return "".join(lines) + "<ul>" + "".join(items) + "</ul>"


def title_of(data):
    """Give the first line of a notebook, without the signs of a heading; "" if it is empty."""
    cells = cells_of(data)
    if not cells:
        return ""
    first_line, _, _ = cells[0]["source"].partition("\n")
    return first_line.lstrip("# ")


def number_of(name):
    """Give what exercises are sorted by: those to work in first, in the order of units."""
    unit, _, _ = name.partition("_")
    digits = "".join(filter(str.isdigit, unit))
    return name.startswith("solved"), int(digits or 0), name


if __name__ == "__main__":
    code = main()
    if code and not in_notebook():  # there it would show as an error of its own
        sys.exit(code)
