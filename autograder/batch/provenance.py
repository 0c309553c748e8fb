"""What a result was made from, and what of that has changed since."""

from __future__ import annotations

import hashlib

from ..collect.hand_in import HandIn
from ..confine import Limits
from ..grade import result as results
from ..grade.grader import Grader, digest
from ..grade.notebook_file import UnreadableError, contents
from ..grade.result import Result

CAUSES = {
    "submission": "the submission changed",
    "tests": "the tests changed",
    "limits": "the limits changed",
    "autograder": "the autograder changed",
    "numpy": "numpy changed",
    "python": "Python changed",
}
NO_CAUSE = "it came out otherwise this time, with nothing changed"
_PART = (
    2**20
)  # characters that are digested at once: a copy of the whole may not fit into memory


def versions_of(grader: Grader, hand_in: HandIn) -> dict[str, str]:
    """Tell what a result of this submission is made from, as it is written into the result."""
    return results.versions(digest(grader.unit)) | {
        "limits": _limits_text(grader.limits),
        "submission": fingerprint(hand_in),
    }


def fingerprint(hand_in: HandIn) -> str:
    """Digest a submission's bytes, or why there are none."""
    try:
        text = hand_in.problem or contents(hand_in.path)
    except UnreadableError as error:
        text = str(error)
    sha = hashlib.sha256(hand_in.note.encode("utf-8", "surrogatepass"))
    for start in range(0, len(text), _PART):
        part = text[start : start + _PART]
        sha.update(part.encode("utf-8", "surrogatepass"))
    return sha.hexdigest()[:16]


def _limits_text(limits: Limits) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in vars(limits).items())


def causes(old: Result, new: Result) -> list[str]:
    """Say in words what is different between two results' making."""
    found = []
    for key, text in CAUSES.items():
        if old.versions.get(key) != new.versions.get(key):
            found.append(text)
    if old.seed != new.seed:
        found.append("another seed")
    return found


def causes_text(old: Result, new: Result) -> str:
    """Say why two results are not the same."""
    return " and ".join(causes(old, new)) or NO_CAUSE
