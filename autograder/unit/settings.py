"""What `course.toml` says: read once, and refused where it says what nobody would hear.

Each table is a class, each of its settings a field with a default and the kind of value that it
may have. A table, a setting or a value that is none of these is a `SettingsError`, which names
the line, what is expected, and the nearest right name.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from ..safe.harmless import composed
from .course_error import CourseError
from .exercise_names import is_exercise_name, misspelt
from .setting_kinds import (
    ADDRESS,
    BUNDLED,
    BY_SYSTEM,
    ID,
    LINE,
    NAMES,
    NOT_NEGATIVE,
    POSITIVE,
    REPOSITORY,
    RUNTIME,
    SHARE,
    SOURCE_OF_TIMES,
    TEXT,
    ZONE,
    Kind,
    as_written,
)
from .toml_lines import line_of, line_of_error, without_line

FILE = "course.toml"
_OPEN = (
    "opens",
    "due",
    "extensions",
    "minutes",
)  # whose keys are exercises or students
_BEGIN_OF_DAY, _END_OF_DAY = time(0, 0), time(23, 59, 59)


class SettingsError(CourseError):
    """A mistake in `course.toml`.

    Parameters
    ----------
    message : str
        What is wrong.
    keys : tuple of str
        They lead to it, from the table inwards.
    """

    def __init__(self, message: str, keys: tuple[str, ...] = ()):
        super().__init__(message)
        self.keys = keys


def _setting(default: Any, kind: Kind) -> Any:
    return field(default=default, metadata={"kind": kind})


@dataclass(frozen=True)
class Table:
    """A table of `course.toml`; what it does not name keeps its default.

    Raises
    ------
    SettingsError
        If a value is not of the setting's kind.
    """

    table: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            kind = one.metadata["kind"]
            if not kind.accepts(value):
                raise SettingsError(
                    f"[{self.table}] {one.name} = {as_written(value)} should be "
                    f"{kind.expected}",
                    (self.table, one.name),
                )


@dataclass(frozen=True)
class CourseTable(Table):
    """`[course]`: its names, the zone of dates without an offset, the solutions given out."""

    table: ClassVar[str] = "course"
    title: str = _setting("Unrolled: recurrent networks from scratch", LINE)
    id: str = _setting("unrolled", ID)
    timezone: str = _setting("UTC", ZONE)
    unlocked: Sequence[str] = _setting((), NAMES)


@dataclass(frozen=True)
class UnitsTable(Table):
    """`[units]`: the exercises that this class gets; all if none is named."""

    table: ClassVar[str] = "units"
    hand_out: Sequence[str] = _setting((), NAMES)


@dataclass(frozen=True)
class LinksTable(Table):
    """`[links]`: addresses of the public student repository and of the built book; "" if none."""

    table: ClassVar[str] = "links"
    repository: str = _setting("", REPOSITORY)
    book: str = _setting("", ADDRESS)


@dataclass(frozen=True)
class LimitsTable(Table):
    """`[limits]`: what one student's process may use; each is a positive number.

    Parameters
    ----------
    cell_seconds, call_seconds : float
        Seconds that one cell and one call may use: of the clock, less what a busy machine makes
        the process wait.
    loading_seconds : float
        Seconds for all cells of a notebook together. When they are used up the notebook is
        loaded once more, without what nothing that is defined needs; that, and what is loaded
        after a death, may use as many again.
    function_seconds : float
        Seconds for all calls of one function together, however often it is tried.
    memory_mb : int
        Address space, interpreter and numpy (about 120 MB) included.
    output_mb : int
        Largest file, and largest answer that the trusted side should accept.
    scratch_mb : int
        The private working directory, where it can be written at all.
    open_files, stack_mb : int
        Descriptors; stack of the main thread.
    """

    table: ClassVar[str] = "limits"
    cell_seconds: float = _setting(10, POSITIVE)
    call_seconds: float = _setting(10, POSITIVE)
    loading_seconds: float = _setting(120, POSITIVE)
    function_seconds: float = _setting(60, POSITIVE)
    memory_mb: int = _setting(1024, POSITIVE)
    output_mb: int = _setting(64, POSITIVE)
    scratch_mb: int = _setting(64, POSITIVE)
    open_files: int = _setting(64, POSITIVE)
    stack_mb: int = _setting(8, POSITIVE)


@dataclass(frozen=True)
class LateTable(Table):
    """`[late]`: what lateness costs.

    Parameters
    ----------
    penalty_per_day : float in [0, 1]
        Share of the points earned that is lost for each day begun.
    most : float in [0, 1]
        The largest share that can be lost.
    grace_hours : float, at least 0
        Hours after the due date that cost nothing; the first day begins after them.
    """

    table: ClassVar[str] = "late"
    penalty_per_day: float = _setting(0.0, SHARE)
    most: float = _setting(1.0, SHARE)
    grace_hours: float = _setting(0.0, NOT_NEGATIVE)


@dataclass(frozen=True)
class ExchangeTable(Table):
    """`[exchange]`: where nbgrader hands out and collects, and whose times it believes."""

    table: ClassVar[str] = "exchange"
    times: str = _setting(BY_SYSTEM, SOURCE_OF_TIMES)
    root: str = _setting("", TEXT)


@dataclass(frozen=True)
class GradebookTable(Table):
    """`[gradebook]`: the address of the database where nbgrader keeps marks; "" for a file."""

    table: ClassVar[str] = "gradebook"
    url: str = _setting("", TEXT)


@dataclass(frozen=True)
class LiveTable(Table):
    """`[live]`: Python in the book's pages.

    Parameters
    ----------
    runtime : str
        "bundled" puts it beside the pages, "off" leaves it out; else the address of a folder
        that holds it.
    folder : str
        A folder of this machine with the files to bundle; "" fetches them.
    """

    table: ClassVar[str] = "live"
    runtime: str = _setting(BUNDLED, RUNTIME)
    folder: str = _setting("", TEXT)


_TABLES: tuple[type[Table], ...] = (
    CourseTable,
    UnitsTable,
    LinksTable,
    LiveTable,
    LimitsTable,
    LateTable,
    ExchangeTable,
    GradebookTable,
)
_T = TypeVar("_T", bound=Table)


@dataclass(frozen=True)
class Settings:
    """All of `course.toml`.

    Attributes
    ----------
    opens : mapping of str to datetime
        From when each exercise is handed out, in UTC; one that is not named is from the start.
    due : mapping of str to datetime
        Until when each exercise is on time, in UTC.
    extensions : mapping of (str, str) to datetime
        Later dates, in UTC, by student (as NFC composes the name) and exercise.
    minutes : mapping of str to float
        About how long each exercise takes.
    """

    course: CourseTable = field(default_factory=CourseTable)
    units: UnitsTable = field(default_factory=UnitsTable)
    links: LinksTable = field(default_factory=LinksTable)
    live: LiveTable = field(default_factory=LiveTable)
    limits: LimitsTable = field(default_factory=LimitsTable)
    late: LateTable = field(default_factory=LateTable)
    exchange: ExchangeTable = field(default_factory=ExchangeTable)
    gradebook: GradebookTable = field(default_factory=GradebookTable)
    opens: Mapping[str, datetime] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    minutes: Mapping[str, float] = field(default_factory=dict)


def read_settings(path: Path, exercises: Sequence[str] = ()) -> Settings:
    """Read a `course.toml`.

    Parameters
    ----------
    path : Path
        The file.
    exercises : sequence of str
        Those that there are. A name that resembles one of them is taken for a mistake; any other
        may be one that is elsewhere, as where a part of the course is graded.

    Raises
    ------
    SettingsError
        If it cannot be read, or says what is not understood.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = line_of_error(error, text)
        raise SettingsError(f"{FILE}:{line}: {without_line(error)}") from None
    try:
        return _settings(tables, exercises)
    except SettingsError as error:
        line = line_of(error.keys, text)
        raise SettingsError(f"{FILE}:{line}: {error}", error.keys) from None


def place_of(path: Path, *keys: str) -> str:
    """Give the place of a setting in a file that can be read: `course.toml:7`."""
    return f"{FILE}:{line_of(keys, path.read_text(encoding='utf-8'))}"


def _settings(tables: Mapping[str, Any], exercises: Sequence[str]) -> Settings:
    for name, table in tables.items():
        _refuse_unknown_table(name, table)
    course = _table(CourseTable, tables)
    for name in course.unlocked:
        _refuse_misspelt(name, exercises, "[course] unlocked", ("course", "unlocked"))
    units = _table(UnitsTable, tables)
    for name in units.hand_out:
        _refuse_misspelt(name, exercises, "[units] hand_out", ("units", "hand_out"))
    zone = ZoneInfo(course.timezone)
    opens = _moments("opens", tables, zone, exercises, _BEGIN_OF_DAY)
    due = _moments("due", tables, zone, exercises, _END_OF_DAY)
    _refuse_late_openings(opens, due)
    return Settings(
        course=course,
        units=units,
        links=_table(LinksTable, tables),
        live=_table(LiveTable, tables),
        limits=_table(LimitsTable, tables),
        late=_table(LateTable, tables),
        exchange=_table(ExchangeTable, tables),
        gradebook=_table(GradebookTable, tables),
        opens=opens,
        due=due,
        extensions=_extensions(tables.get("extensions", {}), due, zone, exercises),
        minutes=_minutes(tables.get("minutes", {}), exercises),
    )


def _refuse_unknown_table(name: str, table: Any) -> None:
    known = [*(one.table for one in _TABLES), *_OPEN]
    if name not in known:
        listed = ", ".join(f"[{one}]" for one in known)
        named = f"table [{name}]" if isinstance(table, Mapping) else f"setting {name!r}"
        message = f"there is no {named}; there are the tables {listed}"
        raise SettingsError(message + _hint(name, known), (name,))
    if not isinstance(table, Mapping):
        message = f"{name} should be a table: a line [{name}], and its settings below"
        raise SettingsError(message, (name,))


def _table(table: type[_T], tables: Mapping[str, Any]) -> _T:
    """Give one table as its class."""
    values = tables.get(table.table, {})
    known = [one.name for one in fields(table)]
    for key in values:
        if key not in known:
            message = (
                f"[{table.table}] has no setting {key!r}; there are: {', '.join(known)}"
            )
            raise SettingsError(message + _hint(key, known), (table.table, key))
    return table(**values)


def _hint(name: str, known: Collection[str]) -> str:
    """Say which right name is the nearest: one of those known there, or one of another table."""
    for table in _TABLES:
        if name in (one.name for one in fields(table)):
            return f". It belongs below [{table.table}]"
    near = difflib.get_close_matches(name.lower(), known, 1)
    return f". Did you mean {near[0]!r}?" if near else ""


def _by_exercise(
    keys: tuple[str, ...], table: Mapping[str, Any], exercises: Sequence[str]
) -> list[tuple[str, Any]]:
    """Give the items of a table whose keys are exercises."""
    where = " ".join([f"[{keys[0]}]", *map(repr, keys[1:])])
    for name in table:
        _refuse_misspelt(name, exercises, where, (*keys, name))
    return list(table.items())


def _refuse_misspelt(
    name: str, exercises: Sequence[str], where: str, keys: tuple[str, ...]
) -> None:
    if name in exercises:
        return
    meant = misspelt(name, exercises)
    if meant or not is_exercise_name(name):
        listed = ", ".join(exercises) or "none"
        hint = f". Did you mean {meant!r}?" if meant else ""
        raise SettingsError(
            f"{where}: {name!r} is no exercise; there are: {listed}{hint}", keys
        )


def _minutes(table: Mapping[str, Any], exercises: Sequence[str]) -> dict[str, float]:
    found = dict(_by_exercise(("minutes",), table, exercises))
    for name, value in found.items():
        if not NOT_NEGATIVE.accepts(value):
            raise SettingsError(
                f"[minutes] {name} = {as_written(value)} should be "
                f"{NOT_NEGATIVE.expected}",
                ("minutes", name),
            )
    return found


def _extensions(
    table: Mapping[str, Any],
    due: Mapping[str, datetime],
    zone: ZoneInfo,
    exercises: Sequence[str],
) -> dict[tuple[str, str], datetime]:
    """Give the later dates by student and exercise; each is of a date that there is, and later."""
    found = {}
    for student, dates in table.items():
        keys = ("extensions", student)
        if not isinstance(dates, Mapping):
            raise SettingsError(
                f"write [extensions] {student!r} as a table: {{ex1_… = 2027-01-20}}",
                keys,
            )
        for name, value in _by_exercise(keys, dates, exercises):
            end = _moment(value, zone, (*keys, name))
            where = f"[extensions] {student!r} {name}"
            if name not in due:
                raise SettingsError(
                    f"{where} extends no date: [due] has none for it", (*keys, name)
                )
            if end < due[name]:
                raise SettingsError(
                    f"{where} ends before the due date itself", (*keys, name)
                )
            found[composed(student), name] = end
    return found


def _moments(
    table: str,
    tables: Mapping[str, Any],
    zone: ZoneInfo,
    exercises: Sequence[str],
    of_day: time,
) -> dict[str, datetime]:
    """Give a table's dates by exercise; a day without a time is taken at `of_day`."""
    named = _by_exercise((table,), tables.get(table, {}), exercises)
    return {name: _moment(value, zone, (table, name), of_day) for name, value in named}


def _refuse_late_openings(
    opens: Mapping[str, datetime], due: Mapping[str, datetime]
) -> None:
    """See that no exercise is due before it is handed out."""
    for name, moment in opens.items():
        if name in due and due[name] <= moment:
            raise SettingsError(
                f"[opens] {name} is not before its date in [due]: it would be due "
                "before anybody has it",
                ("opens", name),
            )


def _moment(
    value: Any, zone: ZoneInfo, keys: tuple[str, ...], of_day: time = _END_OF_DAY
) -> datetime:
    """Give a date of TOML as a moment in UTC; a day without a time is taken at `of_day`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, of_day)
    try:
        if not isinstance(value, datetime):
            raise TypeError
        if value.tzinfo:
            return value.astimezone(UTC)
        # an hour that the clocks show twice, or leave out, ends when it ends for whoever reads
        # it the later way
        ways = [value.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        return max(way.astimezone(UTC) for way in ways)
    except (TypeError, OverflowError):
        where = " ".join([f"[{keys[0]}]", *map(repr, keys[1:-1]), keys[-1]])
        raise SettingsError(
            f"{where} = {as_written(value)} is no date; write 2027-01-15T23:59:00, "
            "without quotes",
            keys,
        ) from None
