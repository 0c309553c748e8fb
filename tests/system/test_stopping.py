"""A command that is asked to end does so, even if the asking gets lost; what is ignored stays
ignored.
"""

import os
import signal
import threading

import pytest

from autograder import exits
from autograder.batch.batch import Batch
from autograder.batch.submissions import grade_all
from autograder.cli import main
from autograder.system.stopping import Stopped, refuse_if_asked, stoppable


def test_it_raises_once_and_is_forgotten_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Stopped), stoppable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
    refuse_if_asked()
    with stoppable():
        refuse_if_asked()


def test_where_it_is_ignored_it_stays_so():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGTERM)
            refuse_if_asked()
    finally:
        signal.signal(signal.SIGTERM, before)


class Untidy:
    """An object at whose end a signal comes in: Python passes over what that raises."""

    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_gets_lost_stops_before_the_next_submission(tmp_path, monkeypatch):
    def lose_it(order, found):
        Untidy()
        graded.append(found)

    graded = []
    monkeypatch.setattr("autograder.batch.submissions.grade_one", lose_it)
    with pytest.raises(Stopped), stoppable():
        list(grade_all(Batch(tmp_path, tmp_path, tmp_path), [1, 2, 3]))
    assert graded == [1]


def test_in_another_thread_nothing_is_changed():
    seen = []

    def elsewhere():
        with stoppable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


def test_a_command_says_how_to_go_on(monkeypatch, capsys):
    monkeypatch.setattr(
        "autograder.confine.doctor.report", lambda: os.kill(os.getpid(), signal.SIGTERM)
    )
    assert main(["doctor"]) == exits.TERMINATED == 128 + signal.SIGTERM
    assert "run the same command again" in capsys.readouterr().err
    monkeypatch.setattr(
        "autograder.confine.doctor.report", lambda: os.kill(os.getpid(), signal.SIGINT)
    )
    assert main(["doctor"]) == exits.STOPPED
