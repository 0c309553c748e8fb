"""The picture of what is off: characters in a fixed width, no SVG."""

import re

import numpy as np
from tables import each_row

from unrolled.check.compare import Difference, find_differences
from unrolled.check.picture import picture
from unrolled.contract import array


def drawn(wrong, **more):
    """The lines of the picture, without what colours them."""
    html = picture([Difference("value", "a", "a", "differs", wrong=wrong, **more)])
    assert "<svg" not in html
    found = re.search(r"<pre [^>]*>(.*)</pre>", html, re.DOTALL)
    return re.sub("<[^>]*>", "", found[1]).splitlines() if found else []


def test_what_is_off_is_filled():
    wrong = np.array([[True, False, False], [False, False, True]])
    assert drawn(wrong) == ["■ · ·", "· · ■"]


def test_each_step_has_a_panel_wide_enough_for_its_name():
    wrong = np.zeros((2, 1, 11), bool)
    wrong[0, 0, 2] = True
    top, _, names = drawn(wrong)
    assert names.split() == [f"t={t}" for t in range(11)]
    assert names.index("t=2") == top.index("■")


def test_where_all_is_off_it_says_how_far():
    want = np.array([[[1.0, 1.0]], [[1.0, 1.0]]])
    got = want + np.array([[[1.0, 0.01]], [[0.01, 0.01]]])
    spec = array("a", "n_a", "m", "T_x")
    (told,) = find_differences(spec, got, want, values=True)
    assert told.wrong.all()
    html = picture([told])
    assert re.sub("<[^>]*>", "", html).count("▪") == 3 + 1  # and in the legend
    (untold,) = find_differences(spec, got, want)
    assert untold.far is None
    assert picture([untold]) == ""


@each_row("shape", [(3,), (2, 90), (90, 2), (60, 50, 2), (1, 1)])
def test_there_is_no_picture_of_what_would_not_fit(shape):
    assert drawn(np.arange(np.prod(shape)).reshape(shape) == 0) == []


def test_the_legend_names_the_signs_that_there_are():
    wrong = np.array([[True, False]])
    html = picture([Difference("value", "a", "a<b>", "differs", wrong=wrong)])
    assert "a&lt;b&gt; that are off, by row and column (■ off, · right)." in html
