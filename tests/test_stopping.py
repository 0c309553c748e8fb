"""A command that is asked to end does so, even if the asking gets lost; what is ignored stays ignored."""

import os
import signal
import threading

import pytest

from autograder import exits
from autograder.batch import Order, grade_all
from autograder.cli import main
from autograder.stopping import SIGNALS, Stopped, refuse_if_asked, stoppable


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_with_the_shells_code_and_is_forgotten_afterwards(number):
    before = signal.getsignal(number)
    with pytest.raises(Stopped) as stop, stoppable():
        signal.raise_signal(number)
    assert stop.value.code == 128 + number
    assert signal.getsignal(number) == before
    with stoppable():
        refuse_if_asked()


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
            refuse_if_asked()
    finally:
        signal.signal(signal.SIGHUP, before)


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
    monkeypatch.setattr("autograder.batch.grade_one", lose_it)
    with pytest.raises(Stopped), stoppable():
        list(grade_all(Order(tmp_path, tmp_path, tmp_path), [1, 2, 3]))
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
    monkeypatch.setattr("autograder.confine.doctor.report", lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert main(["doctor"]) == 128 + signal.SIGTERM
    assert "run the same command again" in capsys.readouterr().err
    monkeypatch.setattr("autograder.confine.doctor.report", lambda: os.kill(os.getpid(), signal.SIGINT))
    assert main(["doctor"]) == exits.STOPPED
