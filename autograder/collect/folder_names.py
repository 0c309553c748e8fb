"""Names of folders for people: safe ones, never the same for two accounts, in no later run."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from ..grade import result as results
from ..grade.result import Result
from .hand_in import HandIn, kind_of

# By a folder's name, as `alike` gives it: the accounts that it belongs to.
Taken = dict[str, set[str]]
# An account and an exercise.
Key = tuple[str, str]
# Accounts that are the same in every exercise; other numbers are given anew in each.
LASTING = ("canvas", "folder")
MOST_BYTES = 180  # of a folder's name


def safe_name(name: str) -> str:
    """Make a name that is one folder of its own, whatever a zip or a file system held."""
    whole = unicodedata.normalize("NFC", name)
    plain = re.sub(r"[^\w.,@ -]+", "_", whole).strip(" .")
    short = plain.encode()[:MOST_BYTES].decode(errors="ignore")
    return short.strip(" .") or "unnamed"


def own_name(name: str) -> str:
    """Give the name of a folder that is there: as it is, unless hidden or of odd characters."""
    if not name.isprintable() or name.startswith("."):
        return safe_name(name)
    return name if len(name.encode()) <= MOST_BYTES else safe_name(name)


def alike(name: str) -> str:
    """Give the form in which names are compared: file systems differ in capitals and accents."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded)


def digest(key: str) -> str:
    """Give a few letters that tell two keys apart."""
    written = key.encode("utf-8", "surrogatepass")
    return hashlib.sha256(written).hexdigest()[:8]


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
    may_have = _displayed_names(found, taken)
    in_order = sorted(found, key=_key)
    first = [hand_in for hand_in in in_order if _key(hand_in) in may_have]
    names = _Names(taken)
    for hand_in in [*first, *in_order]:
        names.give(hand_in, displayed=_key(hand_in) in may_have)
    return [names.named(hand_in) for hand_in in found]


class _Names:
    """Names of folders as they are given out, none to two accounts."""

    def __init__(self, taken: Taken):
        self.taken = taken
        self.given: dict[Key, str] = {}
        self.holders: dict[Key, str] = {}  # accounts by a name and an exercise

    def give(self, hand_in: HandIn, displayed: bool) -> None:
        """Give an account the best name that is free, unless it has one.

        The displayed name is one of them only if that is said.
        """
        if _key(hand_in) in self.given:
            return
        choices = _choices(hand_in, displayed)
        name = next(name for name in choices if self._is_free(name, hand_in))
        self.given[_key(hand_in)] = name
        self.holders[alike(name), hand_in.assignment] = hand_in.whose
        self.taken.setdefault(alike(name), set()).add(_token(hand_in))

    def _is_free(self, name: str, hand_in: HandIn) -> bool:
        """Whether an account may have a name: nobody else has it, now or from before."""
        now = self.holders.get((alike(name), hand_in.assignment), hand_in.whose)
        if now != hand_in.whose:
            return False
        before = self.taken.get(alike(name), ())
        return not any(_is_another(token, hand_in) for token in before)

    def named(self, hand_in: HandIn) -> HandIn:
        """Give a submission with the name that its account has got."""
        return replace(hand_in, student=self.given[_key(hand_in)])


def _key(hand_in: HandIn) -> Key:
    return hand_in.whose, hand_in.assignment


def _choices(hand_in: HandIn, displayed: bool) -> Iterator[str]:
    """Names that an account may have, the best first; the displayed one if it may have that."""
    if displayed:
        yield hand_in.student
    if hand_in.longer:
        yield hand_in.longer
    yield _with_digest(hand_in)
    for number in count(2):
        yield f"{hand_in.student}-{digest(f'{hand_in.whose} {number}')}"


def _with_digest(hand_in: HandIn) -> str:
    return f"{hand_in.student}-{digest(hand_in.whose)}"


def _displayed_names(found: Sequence[HandIn], taken: Taken) -> set[Key]:
    """Which accounts may have their displayed names alone, each in an exercise."""
    wanting: dict[str, list[HandIn]] = defaultdict(list)
    for hand_in in found:
        wanting[alike(hand_in.student)].append(hand_in)
    had = _names_by_token(taken)
    shared = _shared(taken)
    may_have: set[Key] = set()
    for hand_in in found:
        name = alike(hand_in.student)
        own = had[_token(hand_in)]
        if _may_have_displayed(hand_in, own, wanting[name], name in shared):
            may_have.add(_key(hand_in))
    return may_have


def _names_by_token(taken: Taken) -> dict[str, set[str]]:
    """The names that each account has had before."""
    names: dict[str, set[str]] = defaultdict(set)
    for name, tokens in taken.items():
        for token in tokens:
            names[token].add(name)
    return names


def _may_have_displayed(
    hand_in: HandIn, had: set[str], wanting: Sequence[HandIn], shared: bool
) -> bool:
    """Whether an account may have its displayed name alone."""
    if not had.isdisjoint(map(alike, (hand_in.longer, _with_digest(hand_in)))):
        return False  # it has had a longer one before
    if _is_named_after_folder(hand_in) or alike(hand_in.student) in had:
        return True
    if shared and hand_in.kind != "folder":
        return False
    return not any(_are_rivals(hand_in, other) for other in wanting)


def _is_named_after_folder(hand_in: HandIn) -> bool:
    """Whether the account is a folder's, and the folder has just the student's name."""
    return hand_in.whose == f"folder {hand_in.student}"


def _shared(taken: Taken) -> set[str]:
    """Names that several people have: an account had its number behind the name before."""
    names = set()
    for name, tokens in taken.items():
        before, _, number = name.rpartition("-")
        of_number = re.compile(rf"\S+ {re.escape(number)}([ \t].*)?")
        if before and any(of_number.fullmatch(token) for token in tokens):
            names.add(before)
    return names


def _are_rivals(hand_in: HandIn, other: HandIn) -> bool:
    """Whether two submissions that want one name are not one person's."""
    if hand_in.whose == other.whose:
        return False
    lasting = hand_in.kind == other.kind and hand_in.kind in LASTING
    return lasting or hand_in.assignment == other.assignment


def account_of(hand_in: HandIn) -> str:
    """Say whose a submission is, for its result; "" where the folder's name says it already."""
    if _is_named_after_folder(hand_in) or hand_in.kind == "file":
        return ""
    return hand_in.whose


def is_anothers(result: Result, hand_in: HandIn) -> bool:
    """Say whether a result that is there belongs to somebody else for certain."""
    return bool(result.account) and _is_another(_token_of_result(result), hand_in)


def _token(hand_in: HandIn) -> str:
    """An account as written down."""
    return _as_token(hand_in.whose, hand_in.assignment)


def _token_of_result(result: Result) -> str:
    whose = result.account or f"folder {result.student}"
    return _as_token(whose, result.assignment)


def _as_token(whose: str, assignment: str) -> str:
    """An account, with its exercise where numbers hold for one only."""
    lasting = kind_of(whose) in LASTING
    return whose if lasting else f"{whose}\t{assignment}"


def _is_another(token: str, hand_in: HandIn) -> bool:
    """Whether a name that is taken belongs to somebody else for certain."""
    whose, _, assignment = token.partition("\t")
    kind = kind_of(whose)
    if whose == hand_in.whose or kind == "file":
        return False
    if kind != hand_in.kind:
        return False  # numbers of different platforms say nothing about each other
    return kind in LASTING or assignment == hand_in.assignment


def in_results(out: Path, found: Iterable[HandIn]) -> Taken:
    """Read whose the folders of results are that these students could mean."""
    wanted = {alike(hand_in.student) for hand_in in found}
    taken: Taken = {}
    for folder in _folders(out):
        name = alike(folder.name)
        without_number, _, _ = name.rpartition("-")
        if name in wanted or without_number in wanted:
            taken.setdefault(name, set()).update(_tokens_in(folder))
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
    shown = [path for path in base.iterdir() if not path.name.startswith(".")]
    return sorted(path for path in shown if path.is_dir())


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
        return {str(name): set(map(str, tokens)) for name, tokens in data.items()}
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
