"""The trusted side starts in an environment that it makes itself, whatever shell, folder and
user bring along.

The process that somebody starts replaces itself, before it imports anything of weight, by one
of the same interpreter that takes no `PYTHON…` variable, no option such as `-O` or `-W`, no
module of the working directory or of the user's home, and of the environment only what `KEPT`
names. Processes that are started to grade for another program, such as nbgrader, begin in the
same way.

Nothing is imported here but what every Python has loaded when it starts: a file of the same
name may lie in the way.
"""

import os
import sys

from .exits import NOT_GRADED

# The folder that this package is imported from.
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# -I: no variable of Python's, no module from the working directory or the home. Text is UTF-8,
# whatever the locale.
FLAGS = ("-I", "-X", "utf8")

# Where programs are looked for, such as `bwrap` and `git`; the interpreter's own folder comes
# before.
SYSTEM = (
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
    "/run/wrappers/bin",  # NixOS
    "/run/current-system/sw/bin",
)

# What passes: who and where, what the terminal is like, and how a database or a cluster is
# reached. No mark depends on any of these.
KEPT = (
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "TERM",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
)
KEPT_FAMILIES = ("PG", "DASK_")

ALWAYS = {
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # as in the workers
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

# The package's folder comes last, so that nothing that lies beside it in a checkout takes
# another's place.
_BEGIN = """import sys
sys.path.append(sys.argv[1])
from autograder.clean_start import begin
sys.exit(begin(sys.argv))"""


def search_path() -> str:
    """Give the folders of the interpreter and the system in which programs are looked for,
    whatever PATH says.
    """
    own = [os.path.dirname(sys.executable)] if sys.executable else []
    return os.pathsep.join([*own, *SYSTEM])


def environment(given: dict[str, str] | None = None) -> dict[str, str]:
    """Choose the variables of a trusted process, from this process's own unless others are
    given.
    """
    variables = os.environ if given is None else given
    kept = {
        name: text
        for name, text in variables.items()
        if name in KEPT or name.startswith(KEPT_FAMILIES)
    }
    return kept | ALWAYS | {"PATH": search_path()}


def command(module: str, *arguments: str) -> list[str]:
    """Give the command that runs a module's `main()` in a process of its own, to be started with
    `environment()`.

    Parameters
    ----------
    module : str
        One of this package, such as `cli`; its `main` takes what stands in `sys.argv` and
        returns the exit code.
    *arguments : str
        What stands there.

    Returns
    -------
    list of str
        The program and its arguments.

    Raises
    ------
    RuntimeError
        If Python does not know where its program is.
    """
    if not sys.executable:
        raise RuntimeError(
            "Python does not know its own program; start it by its whole path"
        )
    flags = list(FLAGS)
    if sys.dont_write_bytecode:
        flags.append("-B")
    if _unbuffered():
        flags.append("-u")
    return [sys.executable, *flags, "-c", _BEGIN, ROOT, module, *arguments]


def _unbuffered() -> bool:
    return bool(getattr(sys.stdout, "write_through", False))


def main() -> None:
    """Replace this process by one that runs the command line in an environment of its own."""
    try:
        line = command("cli", *sys.argv[1:])
        os.execve(line[0], line, environment())
    except (OSError, RuntimeError) as error:
        what = "it cannot be started anew in an environment of its own"
        print(f"autograder: {what}: {error}", file=sys.stderr)
        sys.exit(NOT_GRADED)


def begin(line: list[str]) -> int:
    """Run a module's `main()` in a process that `command` has described.

    Parameters
    ----------
    line : list of str
        `sys.argv` as it is there.

    Returns
    -------
    int
        The exit code.
    """
    _, root, module, *arguments = line
    if problem := unclean(root):
        print(f"autograder: {problem}", file=sys.stderr)
        return NOT_GRADED
    sys.argv[:] = ["autograder", *arguments]
    from importlib import import_module

    return import_module(f"{__package__}.{module}").main()


def unclean(root: str) -> str:
    """Say what is wrong with the process that this is, "" if it is as `command` describes it."""
    flags = sys.flags
    outside = not (flags.safe_path and flags.no_user_site)
    another = f"another package of this name is installed in {ROOT}, in place of the one in {root}"
    wrong = {
        "it leaves out assertions": flags.optimize or not __debug__,
        "it takes settings from the environment": not flags.ignore_environment,
        "it takes modules from the working directory or the user's home": outside,
        "it has filters of warnings": sys.warnoptions,
        "its text is not UTF-8": not flags.utf8_mode,
        another: root != ROOT,
    }
    found = [text for text, is_so in wrong.items() if is_so]
    if not found:
        return ""
    what = "this Python is not as it has to be, so nothing is graded"
    return f"{what}: {'; '.join(found)}"
