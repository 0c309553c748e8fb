"""Addresses of the public student repository: what `course.toml` names, and the ways to open a notebook there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from .course import Course, CourseError

ADDRESS = re.compile(
    r"https?://(?:www\.)?(?P<host>[A-Za-z0-9.-]+(?::\d+)?)/(?P<path>[\w.~-]+(?:/[\w.~-]+)*)"
)
BINDER = "https://mybinder.org/v2"
COLAB = "https://colab.research.google.com"


def notebook_path(assignment: str) -> str:
    """Where a notebook lies in the student repository."""
    return f"{assignment}/{assignment}.ipynb"


def colab_path(assignment: str) -> str:
    """Where the notebook lies that fetches its neighbours by itself."""
    return f"colab/{assignment}.ipynb"


@dataclass(frozen=True)
class Repository:
    """A public Git repository whose tree is the one that `make dist` writes.

    Attributes
    ----------
    address : str
        The page of the repository.
    host, path : str
        Its parts, `github.com` and `owner/name`.
    """

    address: str
    host: str
    path: str

    @property
    def kind(self) -> str:
        """`github`, `gitlab`, or an empty string for any other server."""
        if self.host == "github.com":
            return "github"
        return "gitlab" if "gitlab" in self.host.split(".") else ""

    def raw(self, assignment: str) -> str:
        """Address of the notebook's file; empty where the server's addresses are not known."""
        between = {"github": "raw/HEAD", "gitlab": "-/raw/HEAD"}.get(self.kind)
        return (
            f"{self.address}/{between}/{notebook_path(assignment)}" if between else ""
        )

    def binder(self, assignment: str) -> str:
        """Address that starts JupyterLab on Binder, with the notebook open."""
        where = f"git/{quote(self.address, safe='')}"
        if self.kind == "github":
            where = f"gh/{self.path}"
        elif self.host == "gitlab.com":
            where = f"gl/{quote(self.path, safe='')}"
        return f"{BINDER}/{where}/HEAD?urlpath=lab/tree/{notebook_path(assignment)}"

    def colab(self, assignment: str) -> str:
        """Address that opens the notebook on Colab; empty where Colab cannot: it reads from GitHub only."""
        return (
            f"{COLAB}/github/{self.path}/blob/HEAD/{colab_path(assignment)}"
            if self.kind == "github"
            else ""
        )


def repository_of(course: Course) -> Repository | None:
    """The public student repository that `[links] repository` of `course.toml` names; None
    where it names none.

    Raises
    ------
    CourseError
        If the address is not one of a repository.
    """
    address = course.settings.get("links", {}).get("repository", "").strip()
    if not address:
        return None
    bare = address.rstrip("/").removesuffix(".git")
    match = ADDRESS.fullmatch(bare)
    parts = match["path"].count("/") + 1 if match else 0
    if parts < 1 or (match["host"] == "github.com" and parts != 2):
        raise CourseError(
            f"course.toml, [links] repository: {address!r} is no repository's address; "
            "it looks like https://github.com/OWNER/NAME"
        )
    return Repository(bare.replace("://www.", "://"), match["host"], match["path"])
