import pytest
from conftest import CELL
from first_unit import CALL, notebook
from fresh_python import python

from unrolled.check.render import as_html, as_text
from unrolled.check.shown import Shown
from unrolled.notebook_check import CheckFailed


def test_validation_cuts_no_line_off(check, monkeypatch):
    """nbgrader's report shows 83 characters of each."""
    wrong = notebook(f"def rnn_cell_forward({CALL}): return None, None, None")[CELL]
    text = as_text(check.located(wrong, check.verdict(wrong)))
    assert max(map(len, text.splitlines())) > 83
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(CheckFailed) as failed:
        check(wrong)
    assert max(map(len, str(failed.value).splitlines())) <= 83
    assert str(failed.value).split() == text.split()


def test_shown_is_text_and_html(of):
    verdict = of(f"return right({CALL})")
    shown = Shown(as_text(verdict), as_html(verdict))
    assert repr(shown).startswith("✓ ")
    assert shown._repr_html_().startswith("<div")


USE = """
import sys
{before}
from unrolled import exercise
check = exercise("ex1_rnn_cell", {folder!r})
def rnn_cell_forward(xt, a_prev, parameters):
    return None
check(rnn_cell_forward)
"""


def test_plain_python_without_ipython_prints(folder):
    out = python(USE.format(before='sys.modules["IPython"] = None', folder=str(folder)))
    assert out.startswith("✗ rnn_cell_forward is not right yet.")


def test_a_terminal_that_cannot_write_the_marks_is_no_error(folder):
    out = python(USE.format(before="", folder=str(folder)), PYTHONIOENCODING="ascii")
    assert out.startswith("? rnn_cell_forward is not right yet.")


def test_in_a_notebook_it_is_displayed(folder, tmp_path):
    before = (
        "from IPython.core.interactiveshell import InteractiveShell; "
        "InteractiveShell.instance()"
    )
    show = (
        "import IPython.core.display_functions as d; d.publish_display_data = "
        "lambda data, **_: print(*sorted(data))"
    )
    out = python(
        USE.format(before=f"{before}\n{show}", folder=str(folder)),
        IPYTHONDIR=str(tmp_path),
    )
    assert out.split() == ["text/html", "text/plain"]
