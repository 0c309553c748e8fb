"""Where a submission departs first: what is told of it, and that no mark follows from it."""

import json

import pytest
from confinement import at_work

from autograder.grade import first_line
from autograder.grade.grader import Grader
from autograder.unit.course import Course
from autograder.unit.unit import load
from unrolled.check.where import Where

COURSE = Course.find(__file__)
UNIT = load("ex1_rnn_cell", COURSE)
WRONG = """def rnn_cell_forward(xt, a_prev, parameters):
    W = parameters
    z = W["Waa"] @ a_prev + W["Wax"] @ xt
    a_next = np.tanh(z) + W["ba"]
    e = np.exp(W["Wya"] @ a_next + W["by"])
    return a_next, e / e.sum(axis=0), (a_next, a_prev, xt, parameters)
"""
