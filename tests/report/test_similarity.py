"""Pairs that share what few others have."""

from autograder.report.own_lines import Line
from autograder.report.similarity import Submitted, clusters, suspicious

EX = "ex1_rnn_cell"


def submitted(student, *forms, assignment=EX):
    lines = [Line(form, form) for form in forms]
    return Submitted(student, assignment, {"f": lines})


def everybody(count=20):
    return [submitted(f"s{n}", "common", f"own {n}") for n in range(count)]


def test_what_all_have_makes_no_pair():
    assert suspicious(everybody()) == []


def test_rare_lines_do_and_more_of_them_weigh_more():
    pairs = suspicious(
        [
            *everybody(),
            submitted("ann", "common", "odd one", "odd two", "odd three"),
            submitted("bob", "common", "odd one", "odd two", "odd three"),
            submitted("cy", "strange one", "strange two"),
            submitted("dee", "strange one", "strange two"),
        ]
    )
    named = [(pair.first.student, pair.second.student) for pair in pairs]
    assert named == [("ann", "bob"), ("cy", "dee")]
    assert pairs[0].shared == {"odd one", "odd two", "odd three"}
    assert pairs[0].bits > pairs[1].bits > 8


def test_a_line_that_several_have_weighs_less():
    three = [submitted(name, "a b", "c d") for name in ("ann", "bob", "cy")]
    two = [submitted(name, "e f", "g h") for name in ("dee", "eve")]
    bits = {
        frozenset((p.first.student, p.second.student)): p.bits
        for p in suspicious([*everybody(), *three, *two], least=0)
    }
    assert bits[frozenset(("dee", "eve"))] > bits[frozenset(("ann", "bob"))] > 0


def test_exercises_are_looked_at_each_for_itself():
    one, other = (
        submitted("a", "x y", "z w"),
        submitted("b", "x y", "z w", assignment="e2"),
    )
    assert suspicious([*everybody(), one, other], least=0) == []


def test_a_source_is_in_many_pairs():
    copies = [submitted(name, "a b", "c d", "e f") for name in ("ann", "bob", "cy")]
    assert clusters(suspicious([*everybody(), *copies])) == {
        (EX, name): 2 for name in ("ann", "bob", "cy")
    }
