"""Addresses of the public student repository: what `course.toml` names, and the ways to open a
notebook there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:  # which reads its settings, and they have an address looked at here
    from .course import Course

WEB = re.compile(r"https?://[^\s\"'<>]+")
ADDRESS = re.compile(
    r"https?://(?:www\.)?(?P<host>[A-Za-z0-9.-]+(?::\d+)?)/(?P<path>[\w.~-]+(?:/[\w.~-]+)*)"
)
BINDER = "https://mybinder.org/v2"
COLAB = "https://colab.research.google.com"


def notebook_path(assignment: str) -> str:
    """Say where a student's notebook lies in the folder of the course, once it is made."""
    return f"{assignment}/{assignment}.ipynb"


def colab_path(assignment: str) -> str:
    """Say where the notebook lies that fetches its neighbours by itself."""
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

    def binder(self, assignment: str) -> str:
        """Give the address that starts JupyterLab on Binder, with the notebook open."""
        where = f"git/{quote(self.address, safe='')}"
        if self.kind == "github":
            where = f"gh/{self.path}"
        elif self.host == "gitlab.com":
            where = f"gl/{quote(self.path, safe='')}"
        return f"{BINDER}/{where}/HEAD?urlpath=lab/tree/{notebook_path(assignment)}"

    def colab(self, assignment: str) -> str:
        """Give the address that opens the notebook on Colab.

        It is empty where Colab cannot: it reads from GitHub only.
        """
        if self.kind != "github":
            return ""
        return f"{COLAB}/github/{self.path}/blob/HEAD/{colab_path(assignment)}"


def repository_of(course: Course) -> Repository | None:
    """Give the public student repository that `[links] repository` of `course.toml` names.

    Returns
    -------
    Repository or None
        None where it names none.

    Raises
    ------
    CourseError
        If `course.toml` says what is not understood.
    """
    return repository_at(course.settings.links.repository)


def repository_at(address: str) -> Repository | None:
    """Give the repository at an address; None if that is empty, or not one of a repository."""
    bare = address.strip().rstrip("/").removesuffix(".git")
    match = ADDRESS.fullmatch(bare)
    if match is None:
        return None
    host, path = match["host"], match["path"]
    if host == "github.com" and path.count("/") != 1:
        return None
    return Repository(bare.replace("://www.", "://"), host, path)


def is_repository(address: str) -> bool:
    """Say whether an address is one of a repository, or empty."""
    return not address.strip() or repository_at(address) is not None


def is_address(address: str) -> bool:
    """Say whether an address is one of the web, or empty."""
    return not address.strip() or bool(WEB.fullmatch(address.strip()))
