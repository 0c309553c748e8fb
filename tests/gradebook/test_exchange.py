"""nbgrader's exchange as dishonest, careless and unlucky students use it: each hand-in for
itself, nothing followed.
"""

import logging
import os
import pwd
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import minicourse
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from nbgrader.utils import parse_utc

from autograder.gradebook import inbound
from autograder.gradebook.exchange import MOST_LINES, Collect, ReleaseFeedback
from autograder.gradebook.inbound import MOST_NOTEBOOKS, ExchangedHandIn
from autograder.unit.course import Course, CourseError

NAME = minicourse.NAME
OWN = f"{NAME}.ipynb"
NOBODY = 65534  # an account of every Linux system; 54321 and 54322 are nobody's
root_only = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can give files to others"
)


class Exchange:
    """An exchange beside a course, what was collected from it, and what was said."""

    def __init__(self, folder):
        self.course = minicourse.make(folder / "course")
        self.root = folder / "exchange"
        self.inbound = self.root / "x" / "inbound"
        self.inbound.mkdir(parents=True)
        self.root.chmod(0o777)
        self.submitted = self.course.root / "grading" / "submitted"
        self.said = []

    def hand_in(self, student, files, when=None, owner=None, end="random"):
        """Put a folder there as `nbgrader submit` names it; nbgrader's own two files are in it
        unless given.
        """
        when = when or f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        place = self.inbound / f"{student}+{NAME}+{when}+{end}"
        place.mkdir()
        files = {"timestamp.txt": when, "submission_secret.txt": "ab" * 64} | files
        for name, text in files.items():
            if text is not None:
                (place / name).write_text(text)
        if owner is not None:
            for path in (*place.iterdir(), place):
                os.chown(path, owner, owner)
        return place

    def collect(self, expected=True, **settings):
        """Collect; True unless something was left."""
        directory = CourseDirectory(
            root=str(self.course.root),
            course_id="x",
            assignment_id=NAME,
            submitted_directory="grading/submitted",
            db_url=f"sqlite:///{self.course.root}/gradebook.db",
        )
        one = Collect(coursedir=directory, root=str(self.root), **settings)
        one.log = logging.getLogger("collect")
        try:
            one.start()
            whole = True
        except ExchangeError:
            whole = False
        assert whole == expected
        return one

    def collected(self):
        """What lies in the submitted tree, our two files apart."""
        found = {}
        for path in self.submitted.rglob("*"):
            assert not path.is_symlink()
            if path.is_file() and path.suffix != ".txt":
                found["/".join(path.relative_to(self.submitted).parts)] = (
                    path.read_text()
                )
        return found

    def time(self, student):
        return parse_utc(
            (self.submitted / student / NAME / "timestamp.txt").read_text().strip()
        )


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory):
    """To make one takes nbgrader a while."""
    place = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        Gradebook(f"sqlite:///{place}", "x").close()
    return place


@pytest.fixture
def exchange(tmp_path, empty_gradebook):
    made = Exchange(tmp_path)
    shutil.copy(empty_gradebook, made.course.root)
    return made


def now():
    return datetime.now(UTC).replace(tzinfo=None)


def test_the_notebook_the_time_and_the_word_are_taken_and_nothing_else(exchange):
    exchange.hand_in(
        "ada", {OWN: "ada", "data.csv": "1", "x.py": "1", "other.ipynb": "2"}
    )
    exchange.collect()
    folder = exchange.submitted / "ada" / NAME
    assert {path.name for path in folder.iterdir()} == {
        OWN,
        "timestamp.txt",
        "submission_secret.txt",
    }
    assert (folder / "submission_secret.txt").read_text() == "ab" * 64
    assert timedelta(0) <= now() - exchange.time("ada") < timedelta(minutes=1)


def fifo(path):
    os.mkfifo(path)


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(100 << 20)


def huge(path):
    with open(path, "wb") as file:
        file.truncate(1 << 40)


def looping(path):
    path.symlink_to(path.name)


def socket(path):
    import socket

    before = os.getcwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(before)


def hard_link(path):
    secret = path.parents[3] / "secret.ipynb"
    secret.write_text("secret")
    os.link(secret, path)


def link(path):
    secret = path.parents[3] / "secret.ipynb"
    secret.write_text("secret")
    path.symlink_to(secret)


def folder(path):
    path.mkdir()


KINDS = [fifo, sparse, huge, looping, socket, hard_link, link, folder]


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_that_is_none_is_left_and_stops_nobody(kind, exchange):
    """`adb` and `zoe` stand before and behind it in every order."""
    for student in ("adb", "zoe"):
        exchange.hand_in(student, {OWN: student})
    kind(exchange.hand_in("eve", {}) / OWN)
    exchange.collect(expected=False)
    assert exchange.collected() == {
        f"{student}/{NAME}/{OWN}": student for student in ("adb", "zoe")
    }


@pytest.mark.parametrize("kind", [fifo, looping, socket, link, sparse])
def test_a_hand_in_that_is_no_folder_is_left_and_stops_nobody(kind, exchange):
    exchange.hand_in("adb", {OWN: "adb"})
    kind(exchange.inbound / f"eve+{NAME}+2026-01-01 00:00:00 UTC+x")
    exchange.hand_in("zoe", {OWN: "zoe"})
    exchange.collect(expected=False)
    assert set(exchange.collected()) == {f"adb/{NAME}/{OWN}", f"zoe/{NAME}/{OWN}"}


def test_a_folder_that_is_a_link_is_left(exchange):
    ada = exchange.hand_in("ada", {OWN: "ada"})
    (exchange.inbound / f"eve+{NAME}+2026-01-01 00:00:00 UTC+x").symlink_to(ada)
    (exchange.inbound / f"all+{NAME}+2026-01-01 00:00:00 UTC+x").symlink_to("/")
    exchange.collect(expected=False)
    assert set(exchange.collected()) == {f"ada/{NAME}/{OWN}"}


@pytest.mark.parametrize("when", ["never", "", "2026-99-99", "9" * 200, "1e999"])
def test_a_time_that_is_none(when, exchange, caplog):
    exchange.hand_in("adb", {OWN: "adb"})
    (exchange.inbound / f"eve+{NAME}+{when}+x").mkdir()
    exchange.hand_in("zoe", {OWN: "zoe"})
    exchange.collect(expected=False)
    assert set(exchange.collected()) == {f"adb/{NAME}/{OWN}", f"zoe/{NAME}/{OWN}"}
    assert "the time in its name is none" in caplog.text
    said = [
        record.getMessage() for record in caplog.records if "eve" in record.getMessage()
    ]
    assert len(said) == 1


@pytest.mark.parametrize("end", ["\n", "\x1b[31m", "\u2028"])
def test_a_name_that_cannot_be_printed_is_said_in_one_line(end, exchange, caplog):
    exchange.hand_in("eve", {OWN: "eve"}, "2026-01-01" + end)
    exchange.hand_in("zoe", {OWN: "zoe"})
    exchange.collect(expected=False)
    assert exchange.collected() == {f"zoe/{NAME}/{OWN}": "zoe"}
    said = [
        record.getMessage() for record in caplog.records if "eve" in record.getMessage()
    ]
    assert len(said) == 1
    assert said[0].isprintable()


@pytest.mark.parametrize(
    "student", ["..", ".", ".dot", "", "a\nb", "a\x1b]0;x\x07", "a\u202eb", "\udcff"]
)
def test_a_name_that_nobody_can_have(student, exchange, caplog):
    exchange.hand_in(student, {OWN: "x"})
    exchange.hand_in("zoe", {OWN: "zoe"})
    exchange.collect(expected=False)
    assert exchange.collected() == {f"zoe/{NAME}/{OWN}": "zoe"}
    assert "rename the folder" in caplog.text
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize(
    "student", ["-rf", "=1+1", "[a]*", "{0}", "%s", "a b", "o'x", "a+b"]
)
def test_odd_names_are_names(student, exchange):
    exchange.hand_in(student, {OWN: "x"})
    exchange.collect()
    assert exchange.collected() == {f"{student}/{NAME}/{OWN}": "x"}


def test_two_spellings_of_one_name_are_one_student(exchange):
    exchange.hand_in("Jose\u0301", {OWN: "old"})
    exchange.hand_in("Jos\u00e9", {OWN: "new"})
    exchange.collect()
    assert exchange.collected() == {f"Jos\u00e9/{NAME}/{OWN}": "new"}


def test_another_exercises_hand_ins_are_not_touched(exchange):
    (exchange.inbound / "eve+other+never+x").mkdir()
    (exchange.inbound / "whatever").mkdir()
    exchange.collect()
    assert not exchange.submitted.exists()


# whose it is


@root_only
def test_a_folder_made_by_somebody_else_replaces_nothing(exchange, caplog):
    exchange.hand_in("daemon", {OWN: "own"}, owner=pwd.getpwnam("daemon").pw_uid)
    exchange.hand_in("daemon", {OWN: "forged"}, owner=NOBODY)
    exchange.collect(expected=False)
    assert exchange.collected() == {f"daemon/{NAME}/{OWN}": "own"}
    assert f"it belongs to {pwd.getpwuid(NOBODY).pw_name}, not to daemon" in caplog.text


@root_only
@pytest.mark.parametrize("forger", [NOBODY, 54322])
@pytest.mark.parametrize("owner", [54321, 0])
def test_where_a_student_has_no_account_the_first_to_hand_in_is_the_student(
    forger, owner, exchange
):
    exchange.hand_in("ada", {OWN: "own"}, owner=owner)
    exchange.hand_in("ada", {OWN: "forged"}, owner=forger)
    exchange.collect(expected=False)
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "own"}


@root_only
def test_an_account_does_not_hand_in_as_somebody_without_one(exchange):
    exchange.hand_in("ada", {OWN: "forged"}, owner=NOBODY)
    exchange.collect(expected=False)
    assert exchange.collected() == {}
    exchange.collect(check_owner=False)
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "forged"}


@root_only
def test_a_notebook_of_somebody_else_in_the_students_folder(exchange, caplog):
    place = exchange.hand_in("ada", {OWN: "own"}, owner=54321)
    os.chown(place / OWN, 0, 0)
    exchange.collect(expected=False)
    assert exchange.collected() == {}
    assert "it belongs to root, its folder to user 54321" in caplog.text


@root_only
def test_a_folder_that_is_swapped_between_the_look_and_the_reading(
    exchange, monkeypatch
):
    place = exchange.hand_in("ada", {OWN: "own"}, owner=54321)
    secret = exchange.root.parent / "elsewhere"
    secret.mkdir()
    (secret / OWN).write_text("secret")
    take = inbound.read_hand_in

    def swapped(*given):
        place.rename(place.with_name("gone"))
        place.symlink_to(secret)
        return take(*given)

    monkeypatch.setattr("autograder.gradebook.exchange.read_hand_in", swapped)
    exchange.collect(expected=False)
    assert exchange.collected() == {}
    place.unlink()
    secret.rename(place)  # of root, no link
    monkeypatch.setattr(
        "autograder.gradebook.exchange.read_hand_in",
        lambda folder, one, *rest: take(
            folder,
            ExchangedHandIn(one.name, "ada", 54321, one.claimed, one.changed),
            *rest,
        ),
    )
    exchange.collect(expected=False)
    assert exchange.collected() == {}


# when it was handed in


def test_the_time_is_the_systems(exchange):
    """Neither the name, nor timestamp.txt, nor the times of folder and file that their owner
    can set count.
    """
    place = exchange.hand_in(
        "eve",
        {OWN: "x", "timestamp.txt": "2020-01-01 00:00:00 UTC"},
        "2020-01-01 00:00:00 UTC",
    )
    for path in (place / OWN, place):
        os.utime(path, (1, 1))
    exchange.hand_in(
        "zoe", {OWN: "x", "timestamp.txt": None}, "2020-01-01 00:00:00 UTC"
    )
    exchange.hand_in("mal", {OWN: "x"}, "2999-01-01 00:00:00 UTC")
    exchange.collect()
    for student in ("eve", "zoe", "mal"):
        assert abs(now() - exchange.time(student)) < timedelta(minutes=5)


def test_a_notebook_that_is_changed_in_place_is_as_late_as_its_change(
    exchange, monkeypatch
):
    place = exchange.hand_in("eve", {OWN: "x"})
    folder, file = place.stat(), (place / OWN).stat()
    claimed = datetime.fromtimestamp(folder.st_ctime, UTC).replace(tzinfo=None)

    def later(info):
        return claimed + timedelta(days=3 if info.st_ino == file.st_ino else 0)

    monkeypatch.setattr(inbound, "_last_change", later)
    exchange.collect()
    assert exchange.time("eve") == claimed + timedelta(days=3)


def test_the_setting(exchange):
    exchange.hand_in("ada", {OWN: "x"}, "2020-01-01 00:00:00 UTC")
    path = exchange.course.root / "course.toml"
    path.write_text(path.read_text().replace('times = "system"', 'times = "name"'))
    exchange.collect()
    assert exchange.time("ada") == datetime(2020, 1, 1)
    path.write_text(path.read_text().replace('times = "name"', 'times = "mine"'))
    with pytest.raises(CourseError, match=r"\[exchange\] times = 'mine'"):
        inbound.source_of_times(Course(exchange.course.root))


def test_work_that_was_collected_keeps_its_time(exchange):
    """A copy of the exchange, or a change of rights, makes nobody late."""
    place = exchange.hand_in("ada", {OWN: "x"})
    exchange.collect()
    before = exchange.time("ada")
    place.chmod(0o700)
    exchange.collect(update=True)
    assert exchange.time("ada") == before


# which counts


def test_the_last_hand_in_replaces_with_update_only(exchange):
    exchange.hand_in("ada", {OWN: "1"})
    exchange.collect()
    exchange.hand_in("ada", {OWN: "2"})
    exchange.collect()
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "1"}
    exchange.collect(update=True)
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "2"}


def test_one_that_cannot_be_taken_gives_way_to_the_one_before(exchange):
    exchange.hand_in("ada", {OWN: "1"})
    fifo(exchange.hand_in("ada", {}) / OWN)
    exchange.collect(expected=False)
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "1"}


def test_a_failing_disk_gives_no_way_to_older_work(exchange, monkeypatch):
    exchange.hand_in("ada", {OWN: "old"})
    exchange.hand_in("ada", {OWN: "new"}, end="last")
    exchange.hand_in("zoe", {OWN: "zoe"})
    take = inbound.read_hand_in

    def failing(folder, one, *rest):
        if one.name.endswith("last"):
            raise OSError(5, "Input/output error")
        return take(folder, one, *rest)

    monkeypatch.setattr("autograder.gradebook.exchange.read_hand_in", failing)
    exchange.collect(expected=False)
    assert exchange.collected() == {f"zoe/{NAME}/{OWN}": "zoe"}


def test_with_before_duedate_the_last_of_those_before(exchange):
    due = datetime.now(UTC) + timedelta(hours=1)
    path = exchange.course.root / "course.toml"
    path.write_text(
        path.read_text()
        .replace("[due]", f"[due]\n{NAME} = {due.isoformat()}")
        .replace('times = "system"', 'times = "name"')
    )
    for hours, text in ((-2, "1"), (-1, "2"), (3, "late")):
        exchange.hand_in(
            "ada", {OWN: text}, f"{due + timedelta(hours=hours):%Y-%m-%d %H:%M:%S} UTC"
        )
    one = exchange.collect()
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "late"}
    with Gradebook(one.coursedir.db_url, "x") as gradebook:
        gradebook.update_or_create_assignment(NAME)
    exchange.collect(before_duedate=True)
    assert exchange.collected() == {f"ada/{NAME}/{OWN}": "2"}


def test_without_a_notebook_there_is_a_row(exchange):
    exchange.hand_in("ada", {})
    exchange.collect(expected=False)
    assert (exchange.submitted / "ada" / NAME / "timestamp.txt").exists()
    assert exchange.collected() == {}


def test_a_lone_notebook_of_another_name(exchange):
    exchange.hand_in("ada", {"mine.ipynb": "1", ".hidden.ipynb": "2"})
    exchange.hand_in("bob", {"a\x1bb.IPYNB": "3"})
    exchange.collect()
    assert exchange.collected() == {
        f"ada/{NAME}/mine.ipynb": "1",
        f"bob/{NAME}/{NAME}-1.ipynb": "3",
    }


def test_a_word_that_is_none_is_not_passed_on(exchange):
    exchange.hand_in("ada", {OWN: "1", "submission_secret.txt": "../../../etc/passwd"})
    place = exchange.hand_in("bob", {OWN: "1", "submission_secret.txt": None})
    (place / "submission_secret.txt").symlink_to("/etc/passwd")
    exchange.collect()
    for student in ("ada", "bob"):
        word = (
            exchange.submitted / student / NAME / "submission_secret.txt"
        ).read_text()
        assert set(word) <= set("0123456789abcdef")
        assert len(word) == 128


def test_links_in_the_submitted_tree_lead_nowhere(exchange):
    elsewhere = exchange.root.parent / "elsewhere"
    (elsewhere / NAME).mkdir(parents=True)
    exchange.submitted.mkdir(parents=True)
    (exchange.submitted / "ada").symlink_to(elsewhere)
    (exchange.submitted / "bob").mkdir()
    (exchange.submitted / "bob" / NAME).symlink_to(elsewhere)
    for student in ("ada", "bob", "zoe"):
        exchange.hand_in(student, {OWN: student})
    exchange.collect(expected=False, update=True)
    assert [path.name for path in elsewhere.rglob("*")] == [NAME]
    assert (exchange.submitted / "zoe" / NAME / OWN).exists()
    assert not (exchange.submitted / "bob" / NAME).is_symlink()


# many


def test_ten_thousand_files(exchange):
    place = exchange.hand_in("eve", {})
    for number in range(10_001):
        (place / f"{number}.ipynb").touch()
    other = exchange.hand_in("mal", {})
    for number in range(MOST_NOTEBOOKS + 1):
        (other / f"{number}.ipynb").touch()
    named = exchange.hand_in("bob", {OWN: "bob"})
    for number in range(MOST_NOTEBOOKS + 1):
        (named / f"{number}.ipynb").touch()
    exchange.hand_in("zoe", {OWN: "zoe"})
    exchange.collect(expected=False)
    assert exchange.collected() == {
        f"{student}/{NAME}/{OWN}": student for student in ("bob", "zoe")
    }


def test_ten_thousand_hand_ins_of_one_student(exchange, caplog):
    for number in range(2000):
        (exchange.inbound / f"eve+{NAME}+never+{number}").mkdir()
    exchange.hand_in("zoe", {OWN: "zoe"})
    exchange.collect(expected=False)
    assert exchange.collected() == {f"zoe/{NAME}/{OWN}": "zoe"}
    assert len([r for r in caplog.records if "eve" in r.getMessage()]) == MOST_LINES + 1
    assert f"eve: {2000 - MOST_LINES} hand-ins more are left" in caplog.text


# feedback


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # nbgrader's own
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_feedback_is_released_also_where_there_is_no_word(exchange):
    made = exchange.collect()
    directory = made.coursedir
    directory.feedback_directory = "grading/feedback"
    for student in ("ada", "bob"):
        place = exchange.course.root / "grading" / "feedback" / student / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.html").write_text(student)
    (place / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    (place / "submission_secret.txt").write_text("cd" * 64)
    ReleaseFeedback(coursedir=directory, root=str(exchange.root)).start()
    pages = list((exchange.root / "x" / "feedback").glob("*.html"))
    assert sorted(page.read_text() for page in pages) == ["ada", "bob"]
