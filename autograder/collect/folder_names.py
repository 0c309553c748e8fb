"""Names of folders for people: safe ones, never the same for two accounts, in no later run."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..grade import result as results
from ..grade.result import Result

if TYPE_CHECKING:
    from .hand_in import HandIn

# By a folder's name, as `alike` gives it: the accounts that it belongs to.
Taken = dict[str, set[str]]
# Accounts that are the same in every exercise; other numbers are given anew in each.
LASTING = ("canvas", "folder")


def safe_name(name: str) -> str:
    """A name that is one folder of its own, whatever a zip or a file system held."""
    whole = unicodedata.normalize("NFC", name)
    plain = re.sub(r"[^\w.,@ -]+", "_", whole).strip(" .")
    return plain.encode()[:180].decode(errors="ignore").strip(" .") or "unnamed"


def own_name(name: str) -> str:
    """The name of a folder that is there: as it is, unless hidden or of odd characters."""
    sound = (
        name.isprintable() and not name.startswith(".") and len(name.encode()) <= 180
    )
    return name if sound else safe_name(name)


def alike(name: str) -> str:
    """The form in which names are compared: file systems differ in capitals and accents."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def digest(key: str) -> str:
    """A few letters that tell two keys apart."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def told_apart(found: Sequence[HandIn], taken: Taken) -> list[HandIn]:
    """Give each account a folder's name that no other account has.

    An account has its displayed name while nobody else has it; else the account's number follows
    the name. Whose a name was before counts: it is never given on.

    Parameters
    ----------
    found : sequence of HandIn
        One for each account and exercise.
    taken : dict
        Whose names there are already, by `in_results` or `in_tree`; it gets to know the new ones.

    Returns
    -------
    list of HandIn
        In the same order, `student` being the folder's name.
    """
    wanting: dict[str, list[HandIn]] = defaultdict(list)
    for one in found:
        wanting[alike(one.student)].append(one)
    shared = _shared(taken)
    names: dict[tuple[str, str], str] = {}
    holders: dict[tuple[str, str], str] = {}
    in_order = sorted(found, key=lambda one: (one.whose, one.assignment))
    firsts = [
        one
        for one in in_order
        if _may_have(one, taken, wanting[alike(one.student)], shared)
    ]
    for one in (*firsts, *in_order):
        if (one.whose, one.assignment) in names:
            continue
        choices = _choices(one, one in firsts)
        name = next(name for name in choices if _free(name, one, taken, holders))
        names[one.whose, one.assignment] = name
        holders[alike(name), one.assignment] = one.whose
        taken.setdefault(alike(name), set()).add(_token(one))
    return [replace(one, student=names[one.whose, one.assignment]) for one in found]


def _choices(one: HandIn, first: bool) -> Iterator[str]:
    """Names that an account may have, the best first."""
    if first:
        yield one.student
    if one.longer:
        yield one.longer
    number = 1
    while True:
        yield f"{one.student}-{digest(one.whose if number == 1 else f'{one.whose} {number}')}"
        number += 1


def _free(
    name: str, one: HandIn, taken: Taken, holders: Mapping[tuple[str, str], str]
) -> bool:
    held = holders.get((alike(name), one.assignment), one.whose) != one.whose
    return not held and not any(_another(t, one) for t in taken.get(alike(name), ()))


def _may_have(
    one: HandIn, taken: Taken, wanting: Sequence[HandIn], shared: set[str]
) -> bool:
    """Whether an account may have its displayed name alone."""
    mine = _token(one)
    longer = (one.longer, f"{one.student}-{digest(one.whose)}")
    if any(name and mine in taken.get(alike(name), ()) for name in longer):
        return False  # it has had the longer one before
    if (
        mine in taken.get(alike(one.student), ())
        or one.whose == f"folder {one.student}"
    ):
        return True
    if alike(one.student) in shared and _kind(one.whose) != "folder":
        return False
    return not any(_rivals(one, other) for other in wanting)


def _shared(taken: Taken) -> set[str]:
    """Names that several people have: an account had its number behind the name before."""
    names = set()
    for name, tokens in taken.items():
        before, _, number = name.rpartition("-")
        if before and any(
            re.fullmatch(rf"\S+ {re.escape(number)}([ \t].*)?", t) for t in tokens
        ):
            names.add(before)
    return names


def _rivals(one: HandIn, other: HandIn) -> bool:
    """Whether two submissions that want one name are not one person's."""
    if one.whose == other.whose:
        return False
    return one.assignment == other.assignment or _comparable(one.whose, other.whose)


def _comparable(whose: str, other: str) -> bool:
    return _kind(whose) == _kind(other) and _kind(whose) in LASTING


def account_of(one: HandIn) -> str:
    """Whose a submission is, for its result; "" where the folder's name says it already."""
    if _kind(one.whose) == "file" or one.whose == f"folder {one.student}":
        return ""
    return one.whose


def is_anothers(result: Result, one: HandIn) -> bool:
    """Whether a result that is there belongs to somebody else for certain."""
    return bool(result.account) and _another(_written(result), one)


def _token(one: HandIn) -> str:
    """An account as written down: with its exercise where numbers hold for one only."""
    return (
        one.whose if _kind(one.whose) in LASTING else f"{one.whose}\t{one.assignment}"
    )


def _written(result: Result) -> str:
    whose = result.account or f"folder {result.student}"
    return whose if _kind(whose) in LASTING else f"{whose}\t{result.assignment}"


def _another(token: str, one: HandIn) -> bool:
    """Whether a name that is taken belongs to somebody else for certain."""
    whose, _, assignment = token.partition("\t")
    if whose == one.whose or _kind(whose) != _kind(one.whose) or _kind(whose) == "file":
        return False  # numbers of different platforms say nothing about each other
    return _kind(whose) in LASTING or assignment == one.assignment


def _kind(whose: str) -> str:
    return whose.partition(" ")[0]


def in_results(out: Path, found: Iterable[HandIn]) -> Taken:
    """Whose the folders of results are that these students could mean."""
    wanted = {alike(one.student) for one in found}
    taken: Taken = {}
    for folder in _folders(out):
        name = alike(folder.name)
        if name not in wanted and name.rpartition("-")[0] not in wanted:
            continue
        for file in sorted(folder.glob("*.json")):
            if not file.name.endswith(".time.json"):
                with contextlib.suppress(
                    OSError, ValueError, KeyError, TypeError
                ):  # whoever reads it says so
                    taken.setdefault(name, set()).add(_written(results.read(file)))
    return taken


def _folders(base: Path) -> list[Path]:
    if not base.is_dir():
        return []
    return sorted(
        path
        for path in base.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )


def in_tree(into: Path) -> Taken:
    """Whose the folders of a submitted tree are, as the file beside it says.

    Raises
    ------
    OSError
        If it cannot be read or says nothing of the kind.
    """
    path = _beside(into)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(name): {str(one) for one in tokens} for name, tokens in data.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError):
        raise OSError(
            f"{path} is damaged; it says whose each folder of {into.name} is. Put it back"
        ) from None


def keep_for_tree(into: Path, taken: Taken) -> None:
    """Write down whose the folders of a submitted tree are, in a file beside it."""
    data = {name: sorted(tokens) for name, tokens in sorted(taken.items())}
    results.write_text(json.dumps(data, indent=1) + "\n", _beside(into))
    os.chmod(_beside(into), 0o600)


def _beside(into: Path) -> Path:
    return into.with_name(f"{into.name}.accounts.json")
