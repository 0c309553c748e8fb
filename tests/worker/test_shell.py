"""What stands for IPython's shell: Python runs, nothing else does, and nothing complains."""

import pytest
from tables import each_row


@pytest.fixture
def shell(inside):
    return inside["shell"]


@each_row(
    ("line", "code"),
    [
        ("f(x)", "f(x)"),
        ("-n 3 f(x)", "3 f(x)"),
        ("-l 20 -s cumtime f(x)", "f(x)"),
        ("  -q  f(x)", "f(x)"),
        ("", ""),
    ],
)
def test_options_of_a_magic_are_no_python(shell, line, code):
    assert shell.without_options(line) == code


def test_a_timed_statement_runs_where_it_stands(shell):
    space = {"ip": shell.Shell()}
    exec("value = ip.run_line_magic('time', 'double = 2 * 21; double')", space)
    assert (space["value"], space["double"]) == (42, 42)


def test_a_cell_magic_runs_its_cell_and_another_none(shell):
    space = {"ip": shell.Shell()}
    exec("ip.run_cell_magic('capture', 'said', 'a = 1')", space)
    exec("ip.run_cell_magic('bash', '', 'b = 2')", space)
    assert space["a"] == 1
    assert "b" not in space


def test_a_magic_that_there_is_not_is_an_error_until_an_extension_is_loaded(shell):
    one = shell.Shell()
    with pytest.raises(shell.UsageError, match="`%nothing` not found"):
        one.run_line_magic("nothing")
    one.run_line_magic("load_ext", "autoreload")
    one.run_line_magic("nothing")


def test_no_command_runs(shell, tmp_path):
    one = shell.Shell()
    made = tmp_path / "made"
    assert one.getoutput(f"touch {made}") == []
    assert one.run_line_magic("sx", f"touch {made}") == []
    one.system(f"touch {made}")
    assert not made.exists()


def test_a_stand_in_takes_any_use_and_has_no_numbers(shell):
    quiet = shell.Quiet()
    assert quiet.one.two(3) is quiet
    with pytest.raises(TypeError, match="no example numbers"):
        iter(quiet)


def test_modules_below_ipython_are_stand_ins_and_no_others(shell):
    finder = shell.Finder(shell.Shell())
    assert finder.find_spec("numpy") is None
    assert finder.find_spec("IPythonic") is None
    spec = finder.find_spec("IPython.core.magic")
    module = finder.create_module(spec)
    assert module.get_ipython() is finder.shell
    assert finder.shell.extended
