"""`course.toml` as a whole: what is not understood is told, with its line and what is meant."""

import pickle
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import minicourse
import pytest
from own_settings import SETTINGS
from tables import each_row

from autograder import cli
from autograder.unit.course import CourseError
from autograder.unit.settings import (
    LimitsTable,
    Settings,
    SettingsError,
    Table,
    read_settings,
)

NAME = minicourse.NAME
DUE = f"[due]\n{NAME} = 2027-01-15\n"
SHARE = "should be a number from 0 to 1"
POSITIVE = "should be a positive number"


@pytest.fixture
def read(tmp_path):
    """Settings of a text, in a course of one exercise."""
    path = tmp_path / "course.toml"

    def read(text, exercises=(NAME,)):
        path.write_text(text, encoding="utf-8")
        return read_settings(path, exercises)

    return read


def test_an_empty_file_says_what_the_courses_own_does(read):
    ours = read_settings(SETTINGS)
    empty = read("")
    assert empty == Settings()
    for one in fields(Settings):
        if one.name != "minutes":
            written = getattr(ours, one.name)
            kept = getattr(empty, one.name)
            assert as_tuples(written) == as_tuples(kept)


def as_tuples(table):
    """A table's values; lists as they are read are tuples where nothing is written."""
    if not isinstance(table, Table):
        return table
    return [tuple(v) if isinstance(v, list) else v for v in vars(table).values()]


def test_every_setting_stands_in_the_courses_own_file():
    text = SETTINGS.read_text(encoding="utf-8")
    for table in Table.__subclasses__():
        if table.__module__ == Table.__module__:
            _, _, below = text.partition(f"\n[{table.table}]\n")
            own = below.partition("\n[")[0]
            for one in fields(table):
                assert f"\n{one.name} = " in f"\n{own}", (table.table, one.name)


def test_settings_cannot_be_changed(read):
    settings = read("")
    with pytest.raises(FrozenInstanceError):
        settings.late = None
    with pytest.raises(FrozenInstanceError):
        settings.late.most = 0.5


def test_dates_are_moments(read):
    settings = read(
        f'[course]\ntimezone = "Europe/Berlin"\n{DUE}'
        f'[extensions]\n"A\u0308da" = {{{NAME} = 2027-01-20T12:00:00Z}}\n'
    )
    end = datetime(2027, 1, 15, 23, 59, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    assert settings.due == {NAME: end.astimezone(UTC)}
    later = datetime(2027, 1, 20, 12, tzinfo=UTC)
    assert settings.extensions == {("\u00c4da", NAME): later}


def test_an_exercise_opens_with_its_day_and_ends_with_it(read):
    zone = '[course]\ntimezone = "Europe/Berlin"\n'
    settings = read(f"{zone}[opens]\n{NAME} = 2027-01-08\n{DUE}")
    assert settings.opens == {NAME: datetime(2027, 1, 7, 23, tzinfo=UTC)}


WRONG = {
    "an exercise that is due before it is handed out": (
        f"[opens]\n{NAME} = 2027-01-16\n{DUE}",
        2,
        r"\[opens\] ex1_step is not before its date in \[due\]",
    ),
    "a misspelt exercise to hand out": (
        '[units]\nhand_out = ["ex1_stop"]\n',
        2,
        r"\[units\] hand_out: 'ex1_stop' is no exercise.*Did you mean 'ex1_step'\?",
    ),
    # what the file says: the line of the mistake, what is said of it
    "a table's name": (
        "# a comment\n\n[lates]\nmost = 1\n",
        3,
        r"no table \[lates\].*Did you mean 'late'\?",
    ),
    "a setting's name": (
        '[course]\nid = "x"\ntimezon = "UTC"\n',
        3,
        r"\[course\] has no setting 'timezon'; there are: .*Did you mean 'timezone'\?",
    ),
    "a name in capitals": (
        '[links]\nBook = ""\n',
        2,
        "no setting 'Book'.*Did you mean 'book'",
    ),
    "a name that resembles none": (
        "[late]\nxyz = 1\n",
        2,
        r"no setting 'xyz'; there are: penalty_per_day, most, grace_hours$",
    ),
    "another table's setting": (
        '[course]\nbook = "https://example.org"\n',
        2,
        r"\[course\] has no setting 'book'.*belongs below \[links\]",
    ),
    "a setting above all tables": (
        "most = 1\n[late]\n",
        1,
        r"no setting 'most'.*belongs below \[late\]",
    ),
    "a table that is none": ("late = 0.1\n", 1, "late should be a table"),
    "a table twice as list": ("[[late]]\nmost = 1\n", 1, "late should be a table"),
    "no TOML": ("[late]\nmost = \n", 2, "Invalid value"),
    "no TOML to the end": ('[course]\nid = "x', 2, ""),
    "a setting twice": ("[late]\nmost = 1\nmost = 0\n", 3, "overwrite"),
    "a title that is no text": (
        "[course]\ntitle = 3\n",
        2,
        "should be a text of one line in quotes",
    ),
    "a title of two lines": (
        '[course]\ntitle = """One\nTwo"""\n',
        2,
        "should be a text of one line",
    ),
    "a title of nothing": ('[course]\ntitle = " "\n', 2, "a text of one line"),
    "an id that is a path": (
        '[course]\nid = "WS 26/27"\n',
        2,
        "without a space or a slash",
    ),
    "an id that leads out": ('[course]\nid = ".."\n', 2, "without a space or a slash"),
    "a zone": ('[course]\ntimezone = "Mars"\n', 2, "'Mars' should be a time zone"),
    "a zone that leads out": (
        '[course]\ntimezone = "../../etc/passwd"\n',
        2,
        "should be a time zone",
    ),
    "one name for a list": (
        f'[course]\nunlocked = "{NAME}"\n',
        2,
        "should be a list of exercises",
    ),
    "numbers for names": (
        "[course]\nunlocked = [\n  1,\n]\n",
        2,
        "should be a list of exercises",
    ),
    "an exercise in a list": (
        '[course]\nunlocked = ["ex1_stepp"]\n',
        2,
        f"'ex1_stepp' is no exercise.*Did you mean '{NAME}'",
    ),
    "a repository": (
        '[links]\nrepository = "https://github.com/owner"\n',
        2,
        "looks like https://github.com/OWNER/NAME",
    ),
    "an address": ('[links]\nbook = "example.org"\n', 2, "should be an address"),
    "a limit": ("[limits]\nmemory_mb = 0\n", 2, f"memory_mb = 0 {POSITIVE}"),
    "a limit in quotes": ('[limits]\ncell_seconds = "10"\n', 2, POSITIVE),
    "a limit without end": ("[limits]\ncall_seconds = inf\n", 2, POSITIVE),
    "a limit that is true": ("[limits]\nopen_files = true\n", 2, f"= true {POSITIVE}"),
    "a share": ("[late]\npenalty_per_day = 10\n", 2, f"= 10 {SHARE}"),
    "a most": ("[late]\nmost = -0.1\n", 2, SHARE),
    "hours": ("[late]\ngrace_hours = nan\n", 2, "should be a number at least 0"),
    "whose times": ('[exchange]\ntimes = "mine"\n', 2, '"system", or "name"'),
    "a folder": ("[exchange]\nroot = 1\n", 2, "should be a text"),
    "a database": ("[gradebook]\nurl = []\n", 2, "should be a text"),
    "with dots": ("late.most = 1\nlate.mots = 1\n", 2, "Did you mean 'most'"),
    "in braces": ("late = {most = 1, mots = 1}\n", 1, "Did you mean 'most'"),
    "minutes": (f'[minutes]\n{NAME} = "45"\n', 2, "should be a number at least 0"),
    "an exercise of minutes": (
        "[minutes]\nex1_setp = 45\n",
        2,
        f"'ex1_setp' is no exercise; there are: {NAME}. Did you mean '{NAME}'",
    ),
    "a due date": (f'{DUE}ex2_a = "2027"\n', 3, "is no date; write 2027-"),
    "a time without a day": (f"[due]\n{NAME} = 23:59:00\n", 2, "23:59:00 is no date"),
    "a date that no zone has": (
        f"[due]\n{NAME} = 0001-01-01T00:00:00+12:00\n",
        2,
        "is no date",
    ),
    "an exercise that is due": (
        f"{DUE}ex_1 = 2027-01-15\n",
        3,
        r"\[due\]: 'ex_1' is no exercise",
    ),
    "an extension": (f"{DUE}[extensions]\nada = 2027-01-20\n", 4, "as a table"),
    "an extension's exercise": (
        f"{DUE}[extensions]\nada = {{ex1_stpe = 2027-01-20}}\n",
        4,
        "'ada': 'ex1_stpe' is no exercise",
    ),
    "an extension's date": (
        f"{DUE}[extensions.ada]\n{NAME} = 3\n",
        4,
        rf"\[extensions\] 'ada' {NAME} = 3 is no date",
    ),
    "an extension of nothing": (
        f"[extensions]\nada = {{{NAME} = 2027-01-15}}\n",
        2,
        "extends no date",
    ),
    "an extension backwards": (
        f"{DUE}[extensions]\nada = {{{NAME} = 2027-01-14}}\n",
        4,
        "ends before the due date",
    ),
}


@each_row(("text", "line", "why"), WRONG.values(), list(WRONG))
def test_a_mistake_is_told_with_its_line(text, line, why, read):
    with pytest.raises(CourseError, match=rf"^course\.toml:{line}: .*{why}"):
        read(text)


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "course.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"course\.toml cannot be read"):
        read_settings(tmp_path / "course.toml")


def test_exercises_that_are_elsewhere_may_be_named(read):
    """As where one exercise is graded by itself, with the settings of the whole course."""
    settings = read("[minutes]\nex7_language_model = 150\n[due]\nex2_b = 2027-01-15\n")
    assert settings.minutes == {"ex7_language_model": 150}
    assert list(settings.due) == ["ex2_b"]


def test_limits_by_themselves_are_looked_at_too():
    with pytest.raises(CourseError, match=rf"\[limits\] memory_mb = 0 {POSITIVE}"):
        LimitsTable(memory_mb=0)


def test_an_error_crosses_processes_whole(read):
    with pytest.raises(SettingsError) as caught:
        read("[late]\nmots = 1\n")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.keys) == (str(caught.value), ("late", "mots"))


@each_row("verb", ["grade", "leaks", "release", "dist", "collect", "doctor"])
def test_every_command_looks_at_all_of_it(verb, tmp_path, monkeypatch, capsys):
    capsys.readouterr()  # what a row before may have left
    course = minicourse.make(tmp_path / verb)
    path = course.root / "course.toml"
    line = len(path.read_text(encoding="utf-8").splitlines()) + 1
    with path.open("a", encoding="utf-8") as file:
        file.write("[lates]\n")
    monkeypatch.chdir(course.root)
    paths = ["nothing.ipynb"] if verb in ("grade", "collect") else []
    assert cli.main([verb, *paths]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"autograder: course.toml:{line}: there is no table [lates]")
    assert len(said.splitlines()) == 1
