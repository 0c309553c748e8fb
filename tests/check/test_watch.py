import sys

import numpy as np
from one_loop import RIGHT, module
from watched_step import SPACE, W, X, watched

from unrolled.check.watch import codes_of, watch


def test_the_function_does_what_it_does_without_being_watched():
    arguments = X.copy(), W
    came = []
    watch(SPACE["step"], lambda: came.append(SPACE["step"](*arguments)))
    np.testing.assert_array_equal(came[0]["a"], SPACE["step"](X.copy(), W)["a"])
    assert sys.gettrace() is None


def test_somebody_elses_trace_is_left_alone():
    def own(frame, event, value):
        return None

    sys.settrace(own)
    try:
        assert watched("step", X.copy(), W) is None
        assert sys.gettrace() is own
    finally:
        sys.settrace(None)


def test_the_codes_that_are_watched_are_the_students():
    main, codes = codes_of(module(RIGHT))
    assert {one.co_name for one in main} == {"backward"}
    assert main <= codes
