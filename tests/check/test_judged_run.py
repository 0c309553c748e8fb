from one_loop import CASE, KNOWN, RIGHT, module

from autograder.unit.unit import copied
from unrolled.check.judged_run import NEUTRAL, UNKNOWN, JudgedRun
from unrolled.check.judged_run import RIGHT as IS_RIGHT
from unrolled.check.watch import watch


def judged(*edits):
    text = RIGHT
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    function = module(text)
    seen = watch(function, lambda: function(*copied(CASE)), texts={"<cell>": text})
    return JudgedRun(seen, KNOWN, ())


def states(run, line, name):
    return [
        run.state[node]
        for node in run.nodes
        if node.by.statement.first == line and node.name == name and not node.by.kind
    ]


def test_what_is_given_and_what_the_book_has_by_its_name_is_right():
    run = judged()
    given = [run.state[node] for node in run.nodes if node.by.kind == "given"]
    assert set(given) == {IS_RIGHT}
    for line, name in ((9, "total"), (10, "dz"), (11, "dx"), (12, "dW"), (13, "carry")):
        assert states(run, line, name) == [IS_RIGHT] * 4
    assert UNKNOWN not in run.state.values()


def test_what_is_there_to_be_filled_is_neutral():
    run = judged(("np.zeros(x.shape)", "np.ones(x.shape)"))
    assert states(run, 6, "dx") == [NEUTRAL]


def test_a_name_of_the_books_with_other_numbers_is_not_known():
    run = judged(("np.tanh(x[:, :, t]) ** 2", "np.tanh(x[:, :, t])"))
    assert states(run, 9, "total")[0] == IS_RIGHT
    assert states(run, 10, "dz") == [UNKNOWN] * 4


def test_right_numbers_of_another_turn_are_not_right():
    run = judged(("reversed(range(x.shape[2]))", "range(x.shape[2])"))
    assert states(run, 8, "t")[:4] == [UNKNOWN] * 4


def test_by_a_name_of_ones_own_it_counts_whether_the_book_comes_by_the_numbers():
    old = "total = da[:, :, t] + carry"
    met = judged((old, "u = da[:, :, t] + carry\n        total = u"))
    assert states(met, 9, "u") == [IS_RIGHT] * 4
    not_met = judged((old, "u = da[:, :, t] + 2 * carry\n        total = u - carry"))
    assert states(not_met, 9, "u")[1:] == [UNKNOWN] * 3


def test_a_value_of_a_way_of_ones_own_is_excused_by_what_is_made_of_it():
    run = judged(
        (
            "dz = total * (1 - np.tanh(x[:, :, t]) ** 2)",
            "s = np.cosh(x[:, :, t])\n        dz = total / (s * s)",
        )
    )
    own = [node for node in run.nodes if node.name == "s"]
    assert {run.state[node] for node in own} == {UNKNOWN}
    assert all(run.has_right_child(node) for node in own)
