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
from itertools import count
from pathlib import Path

from ..grade import result as results
from ..grade.result import Result
from .hand_in import HandIn

# By a folder's name, as `alike` gives it: the accounts that it belongs to.
Taken = dict[str, set[str]]
# An account and an exercise.
Key = tuple[str, str]
# Accounts that are the same in every exercise; other numbers are given anew in each.
LASTING = ("canvas", "folder")


def safe_name(name: str) -> str:
    """Make a name that is one folder of its own, whatever a zip or a file system held."""
    whole = unicodedata.normalize("NFC", name)
    plain = re.sub(r"[^\w.,@ -]+", "_", whole).strip(" .")
    return plain.encode()[:180].decode(errors="ignore").strip(" .") or "unnamed"


def own_name(name: str) -> str:
    """Give the name of a folder that is there: as it is, unless hidden or of odd characters."""
    sound = (
        name.isprintable() and not name.startswith(".") and len(name.encode()) <= 180
    )
    return name if sound else safe_name(name)


def alike(name: str) -> str:
    """Give the form in which names are compared: file systems differ in capitals and accents."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def digest(key: str) -> str:
    """Give a few letters that tell two keys apart."""
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
    in_order = sorted(found, key=_key)
    firsts = [
        one
        for one in in_order
        if _may_have(one, taken, wanting[alike(one.student)], shared)
    ]
    turns = [(one, True) for one in firsts] + [(one, False) for one in in_order]
    names: dict[Key, str] = {}
    holders: dict[Key, str] = {}
    for one, first in turns:
        if _key(one) not in names:
            choices = _choices(one, first)
            name = next(n for n in choices if _is_free(n, one, taken, holders))
            names[_key(one)] = name
            holders[alike(name), one.assignment] = one.whose
            taken.setdefault(alike(name), set()).add(_token(one))
    return [replace(one, student=names[_key(one)]) for one in found]


def _key(one: HandIn) -> Key:
    return one.whose, one.assignment


def _choices(one: HandIn, first: bool) -> Iterator[str]:
    """Names that an account may have, the best first; `first` if the displayed name is one."""
    if first:
        yield one.student
    if one.longer:
        yield one.longer
    yield _with_digest(one)
    for number in count(2):
        yield f"{one.student}-{digest(f'{one.whose} {number}')}"


def _with_digest(one: HandIn) -> str:
    return f"{one.student}-{digest(one.whose)}"


def _is_free(name: str, one: HandIn, taken: Taken, holders: Mapping[Key, str]) -> bool:
    """Whether an account may have a name: nobody else has it, now or from before."""
    holder = holders.get((alike(name), one.assignment), one.whose)
    tokens = taken.get(alike(name), ())
    return holder == one.whose and not any(_is_another(t, one) for t in tokens)


def _may_have(
    one: HandIn, taken: Taken, wanting: Sequence[HandIn], shared: set[str]
) -> bool:
    """Whether an account may have its displayed name alone."""
    mine = _token(one)
    if _has(one.longer, mine, taken) or _has(_with_digest(one), mine, taken):
        return False  # it has had the longer one before
    if one.whose == f"folder {one.student}" or _has(one.student, mine, taken):
        return True
    if alike(one.student) in shared and _kind(one.whose) != "folder":
        return False
    return not any(_are_rivals(one, other) for other in wanting)


def _has(name: str, token: str, taken: Taken) -> bool:
    return bool(name) and token in taken.get(alike(name), ())


def _shared(taken: Taken) -> set[str]:
    """Names that several people have: an account had its number behind the name before."""
    names = set()
    for name, tokens in taken.items():
        before, _, number = name.rpartition("-")
        of_number = re.compile(rf"\S+ {re.escape(number)}([ \t].*)?")
        if before and any(of_number.fullmatch(token) for token in tokens):
            names.add(before)
    return names


def _are_rivals(one: HandIn, other: HandIn) -> bool:
    """Whether two submissions that want one name are not one person's."""
    if one.whose == other.whose:
        return False
    kind = _kind(one.whose)
    comparable = kind == _kind(other.whose) and kind in LASTING
    return comparable or one.assignment == other.assignment


def account_of(one: HandIn) -> str:
    """Say whose a submission is, for its result; "" where the folder's name says it already."""
    says_it = one.whose == f"folder {one.student}" or _kind(one.whose) == "file"
    return "" if says_it else one.whose


def is_anothers(result: Result, one: HandIn) -> bool:
    """Say whether a result that is there belongs to somebody else for certain."""
    return bool(result.account) and _is_another(_token_of_result(result), one)


def _token(one: HandIn) -> str:
    """An account as written down."""
    return _as_token(one.whose, one.assignment)


def _token_of_result(result: Result) -> str:
    whose = result.account or f"folder {result.student}"
    return _as_token(whose, result.assignment)


def _as_token(whose: str, assignment: str) -> str:
    """An account, with its exercise where numbers hold for one only."""
    return whose if _kind(whose) in LASTING else f"{whose}\t{assignment}"


def _is_another(token: str, one: HandIn) -> bool:
    """Whether a name that is taken belongs to somebody else for certain."""
    whose, _, assignment = token.partition("\t")
    kind = _kind(whose)
    if whose == one.whose or kind != _kind(one.whose) or kind == "file":
        return False  # numbers of different platforms say nothing about each other
    return kind in LASTING or assignment == one.assignment


def _kind(whose: str) -> str:
    return whose.partition(" ")[0]


def in_results(out: Path, found: Iterable[HandIn]) -> Taken:
    """Read whose the folders of results are that these students could mean."""
    wanted = {alike(one.student) for one in found}
    taken: Taken = {}
    for folder in _folders(out):
        name = alike(folder.name)
        if {name, name.rpartition("-")[0]} & wanted:
            taken[name] = taken.get(name, set()) | _tokens_in(folder)
    return taken


def _tokens_in(folder: Path) -> set[str]:
    """Whose the results in a folder are."""
    tokens = set()
    for file in sorted(folder.glob("*.json")):
        if file.name.endswith(".time.json"):
            continue
        # whoever reads it says what is wrong with it
        with contextlib.suppress(OSError, results.DamagedError):
            tokens.add(_token_of_result(results.read(file)))
    return tokens


def _folders(base: Path) -> list[Path]:
    if not base.is_dir():
        return []
    return sorted(
        path
        for path in base.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )


def in_tree(into: Path) -> Taken:
    """Read whose the folders of a submitted tree are, as the file beside it says.

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
