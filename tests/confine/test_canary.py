"""The canary notices every weakening, and the way is chosen by what it says."""

import inspect
import os
import platform
import resource
import shutil
from pathlib import Path

import pytest
from test_confine import CONFINED, offered

from autograder import confine
from autograder.confine import (
    Limits,
    NotConfined,
    UnconfinedWarning,
    canary,
    choose,
    interpreter,
    process,
    seccomp,
)
from autograder.confine.bubblewrap import Bubblewrap
from autograder.confine.doctor import report
from autograder.confine.unconfined import Unconfined
from autograder.confine.user import UnprivilegedUser


@pytest.fixture(autouse=True)
def _nothing_remembered():
    confine._examined.cache_clear()
    seccomp.program.cache_clear()
    yield
    confine._examined.cache_clear()
    seccomp.program.cache_clear()


@pytest.fixture
def secret(tmp_path_factory):
    """A folder of secrets, closed to others."""
    folder = tmp_path_factory.mktemp("solutions")
    (folder / "test_ex1.py").write_text("the answer is 42", encoding="utf-8")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def bubblewrap(monkeypatch):
    return offered("bubblewrap", monkeypatch)


def broken(way, *secrets, limits=None):
    """Names of the checks that do not hold."""
    found = canary.examine(way, limits or Limits(memory_mb=512), secrets)
    assert found.checks, found.trouble
    assert found.holds == all(check.holds for check in found.checks)
    return {check.name for check in found.checks if not check.holds}


def allow(monkeypatch, *names):
    """Weaken the filter by these calls."""
    monkeypatch.setattr(seccomp, "ALLOWED", (*seccomp.ALLOWED, *names))
    monkeypatch.setattr(
        seccomp, "REFUSED", tuple(n for n in seccomp.REFUSED if n not in names)
    )
    seccomp.program.cache_clear()


@pytest.mark.parametrize("name", CONFINED)
def test_each_way_holds(name, monkeypatch, secret):
    assert broken(offered(name, monkeypatch), secret) == set()


def test_every_check_has_a_meaning_and_every_meaning_a_check():
    source = canary.PROBE.read_text(encoding="utf-8")
    assert {
        name for name in canary.CHECKS if f"@check\ndef {name}(on):" in source
    } == set(canary.CHECKS)
    assert source.count("@check\n") == len(canary.CHECKS)


def test_without_confinement_everything_breaks(secret):
    expected = set(canary.CHECKS) - {"memory", "descriptors", "numpy", "privileges"}
    assert broken(Unconfined(), secret) >= expected


@pytest.mark.parametrize("name", CONFINED)
@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("socket", "close"), "network"),
        (("socketpair",), "network"),
        (("fork", "vfork", "clone", "wait4"), "fork"),
        (("clone",), "threads"),
        (("execve",), "execute"),
        (("memfd_create",), "shared_memory"),
        (("unshare",), "privileges"),
    ],
)
def test_a_weaker_filter_is_noticed(name, monkeypatch, calls, expected):
    way = offered(name, monkeypatch)
    if name.endswith("user"):
        # or the limit on processes, the second line of defence, would hold
        monkeypatch.setattr("autograder.confine.user.NoProcesses", Limits)
    allow(monkeypatch, *calls)
    found = broken(way)
    assert expected in found
    assert found <= {expected, "fork", "threads"}


def test_signals_are_noticed(monkeypatch, bubblewrap):
    allow(monkeypatch, "kill")
    assert broken(bubblewrap) == {"signals"}


def test_shared_mappings_are_noticed(monkeypatch, bubblewrap):
    allow(monkeypatch, "mmap")
    monkeypatch.setattr(seccomp, "_memory", lambda rules: None)
    assert broken(bubblewrap) == {"shared_memory"}


def test_no_filter_at_all_is_noticed(monkeypatch, bubblewrap):
    monkeypatch.setattr(seccomp, "program", lambda writing: b"")
    assert broken(bubblewrap) >= {
        "network",
        "fork",
        "threads",
        "execute",
        "signals",
        "shared_memory",
    }


def rewritten(monkeypatch, change):
    """Bubblewrap with its arguments changed."""
    original = Bubblewrap.arguments
    monkeypatch.setattr(
        Bubblewrap, "arguments", lambda *given: change(original(*given))
    )


def before_last(arguments, *more):
    at = arguments.index("--remount-ro")
    return [*arguments[:at], *more, *arguments[at:]]


def test_visible_secrets_are_noticed(monkeypatch, bubblewrap, secret):
    rewritten(
        monkeypatch,
        lambda given: before_last(given, "--ro-bind", str(secret), str(secret)),
    )
    assert broken(bubblewrap) == set()
    assert broken(bubblewrap, secret) == {"secrets"}


def test_a_single_visible_file_is_noticed(monkeypatch, bubblewrap, secret):
    file = str(secret / "test_ex1.py")
    shown = ("--perms", "0111", "--dir", str(secret), "--ro-bind", file, file)
    rewritten(monkeypatch, lambda given: before_last(given, *shown))
    assert broken(bubblewrap, secret) == {"secrets"}


def without_remount(given, place):
    """The sandbox's arguments, where this place is not made read-only."""
    at = next(
        i
        for i, part in enumerate(given)
        if part == "--remount-ro" and given[i + 1] == place
    )
    return [*given[:at], *given[at + 2 :]]


def test_a_writable_root_is_noticed(monkeypatch, bubblewrap):
    rewritten(monkeypatch, lambda given: without_remount(given, "/"))
    assert broken(bubblewrap) == {"writing"}


def test_a_writable_cover_is_noticed(monkeypatch, bubblewrap):
    standard = interpreter.current().standard
    places = [standard / name for name in ("site-packages", "dist-packages")]
    covered = next((str(place) for place in places if place.is_dir()), None)
    if covered is None:  # as Debian's own Python is installed
        pytest.skip("no packages lie in this Python's library: there is no cover")

    def weaker(given):
        return [
            "0755" if part == "0555" else part
            for part in without_remount(given, covered)
        ]

    rewritten(monkeypatch, weaker)
    assert broken(bubblewrap) == {"writing"}


def test_changing_the_machines_own_device_is_noticed(monkeypatch, bubblewrap):
    allow(monkeypatch, "utimensat")
    assert broken(bubblewrap) == (
        {"writing"} if os.geteuid() == 0 else set()
    )  # only its owner can


def test_a_visible_grader_is_noticed(monkeypatch, bubblewrap):
    if os.geteuid() != 0:
        pytest.skip(
            "without root bwrap always makes a user namespace, which keeps the "
            "grader from being seen"
        )
    lacking = (
        "--unshare-all",
        "--unshare-user",
        "--cap-drop",
        "ALL",
        "--uid",
        "--gid",
        "1000",
        "--hostname",
        "worker",
    )
    shown = ("--ro-bind", "/proc", "/proc")
    rewritten(
        monkeypatch,
        lambda given: before_last([p for p in given if p not in lacking], *shown),
    )
    assert broken(bubblewrap) >= {"parent", "privileges"}


def test_unbounded_memory_is_noticed(monkeypatch, bubblewrap):
    original = Limits.rlimits
    monkeypatch.setattr(
        Limits,
        "rlimits",
        lambda self: [r for r in original(self) if r[0] != resource.RLIMIT_AS],
    )
    assert broken(bubblewrap) == {"memory"}


def test_an_inherited_descriptor_is_noticed(monkeypatch, bubblewrap):
    original = inspect.getsource(process.bootstrap)
    closing = "os.closerange(100, 102)"
    assert closing in original
    monkeypatch.setattr(
        process.inspect,
        "getsource",
        lambda _: original.replace(closing, "os.dup2(0, 5)"),
    )
    assert broken(bubblewrap) == {"descriptors"}


def test_missing_numpy_is_noticed(monkeypatch, bubblewrap):
    bare = interpreter.Interpreter(
        *(getattr(interpreter.current(), n) for n in ("program", "library")),
        packages=(),
    )
    monkeypatch.setattr(interpreter, "current", lambda: bare)
    assert broken(bubblewrap) == {"numpy"}


def opened(folder):
    """Open a folder to everybody, and those above it that are pytest's, which closes its own."""
    for one in (folder, *folder.parents):
        if "pytest-" in str(one):
            one.chmod(0o755)


@pytest.mark.parametrize("mode", [0o755, 0o711])
def test_secrets_open_to_the_user_are_noticed(
    monkeypatch, tmp_path_factory, secret, mode
):
    way = offered("user", monkeypatch)
    opened(secret.parent)
    assert broken(way, secret) == set()
    secret.chmod(mode)
    assert broken(way, secret) == {"secrets"}


def test_a_silent_canary_holds_nothing(monkeypatch, bubblewrap, tmp_path):
    for code in ("", "import os; os.write(4, b'[]')", "import os; os.write(4, b'{')"):
        probe = tmp_path / "probe.py"
        probe.write_text(code, encoding="utf-8")
        monkeypatch.setattr(canary, "PROBE", probe)
        found = canary.examine(bubblewrap, Limits())
        assert not found.holds
        assert "exit code 0" in found.trouble


def test_a_canary_that_leaves_out_an_answer_does_not_hold(
    monkeypatch, bubblewrap, tmp_path
):
    probe = tmp_path / "probe.py"
    probe.write_text('import os; os.write(4, b\'{"fork": ""}\')', encoding="utf-8")
    monkeypatch.setattr(canary, "PROBE", probe)
    assert broken(bubblewrap) == set(canary.CHECKS) - {"fork"}


def test_a_hanging_canary_is_given_up(monkeypatch, bubblewrap, tmp_path):
    probe = tmp_path / "probe.py"
    probe.write_text("while True: pass", encoding="utf-8")
    monkeypatch.setattr(canary, "PROBE", probe)
    assert (
        "within 0.3 seconds"
        in canary.examine(bubblewrap, Limits(), seconds=0.3).trouble
    )


def test_auto_takes_the_first_way_that_holds_and_asks_once(
    monkeypatch, bubblewrap, secret
):
    assert choose(secrets=[secret]) is confine.WAYS[0]
    monkeypatch.setattr(confine, "examine", lambda *_: pytest.fail("asked again"))
    assert choose("bubblewrap", secrets=[secret]) is confine.WAYS[0]


def test_auto_falls_back_to_the_user(monkeypatch, secret):
    way = offered("user", monkeypatch)
    monkeypatch.setattr(Bubblewrap, "available", lambda _: "not here")
    assert choose(secrets=[secret]).name == way.name
    with pytest.raises(NotConfined, match="bubblewrap: not here"):
        choose("bubblewrap", secrets=[secret])


def test_refusal_says_what_to_do(monkeypatch, secret):
    offered("user", monkeypatch)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    opened(secret)
    with pytest.raises(NotConfined) as refusal:
        choose(secrets=[secret])
    for text in (
        "nothing is graded",
        "apt-get install bubblewrap",
        f"can list {secret}",
        "chmod 700",
        "--sandbox none",
    ):
        assert text in str(refusal.value)


def test_none_is_an_explicit_choice_that_warns():
    with pytest.warns(UnconfinedWarning, match="unconfined"):
        assert choose("none").name == "none"


def test_auto_never_takes_none(monkeypatch):
    monkeypatch.setattr(Bubblewrap, "available", lambda _: "not here")
    monkeypatch.setattr(UnprivilegedUser, "available", lambda _: "nor here")
    with pytest.raises(NotConfined, match="user: nor here"):
        choose()


def test_unknown_sandbox_is_refused():
    with pytest.raises(NotConfined, match="there are: auto, bubblewrap, user, none"):
        choose("bwrap")


def test_doctor_reports_what_holds(bubblewrap):
    text, able = report()
    assert able
    assert "Grading confines students' code with: bubblewrap" in text
    assert all(meaning in text for meaning in canary.CHECKS.values())


def test_doctor_says_how_to_install_what_lacks(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(canary.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        "autograder.confine.doctor._sysctl", {"user/max_user_namespaces": "0"}.get
    )
    text, able = report()
    assert not able
    for part in (
        "apt-get install bubblewrap libseccomp2",
        "dnf install bubblewrap",
        "sysctl -w user.max_user_namespaces",
    ):
        assert part in text


def test_probe_and_bootstrap_need_nothing_but_the_standard_library():
    for file in (canary.PROBE, Path(process.bootstrap.__file__)):
        assert "import autograder" not in file.read_text(encoding="utf-8")
        assert "from ." not in file.read_text(encoding="utf-8")


def test_the_doctor_says_what_system_it_is_and_how_workers_start(monkeypatch):
    text, confines = report()
    assert confines
    first, *_, workers, last = text.splitlines()
    assert f"{platform.system()} {platform.release()}, {platform.machine()}" in first
    assert workers.startswith("Its workers are forked from a prepared process")
    assert last.startswith("Grading confines")
    monkeypatch.setattr("autograder.confine.can_prepare", lambda: False)
    assert (
        "a prepared process does not hold (this Python has no os.pidfd_open"
        in (report()[0])
    )
