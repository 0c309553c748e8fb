import pytest
from inside import read
from tables import each_row

HALVES = ("def f(x):\n    y = x + 1", "    return y")


@pytest.fixture(scope="module")
def repair(inside):
    return inside["repair"]


@each_row(
    "pieces",
    [
        HALVES,
        ("def f(x):", "    y = x + 1\n    return y"),
        ("def f(x):\n    '''Say\n", "    more.'''\n    return x"),
        ("def f(x):\n    '''Say\n", "more text,\n", "much more.'''", "    return x"),
        (
            "def f(x):\n    if x:\n        y = 1",
            "    else:\n        y = 2",
            "    return y",
        ),
        ("x = (1,\n", "2)"),
    ],
)
def test_a_split_cell_is_joined(repair, pieces):
    cells = [
        ("0", "a = 1"),
        *((f"p{i}", text) for i, text in enumerate(pieces)),
        ("9", "b = 1"),
    ]
    done, repairs, parts = repair.repair_cells(read(cells))
    assert [c for c, _ in done] == ["0", "p0", "9"]
    assert repair.compiles(done[1][1])
    assert set(repairs) == {("p0", "joined")}
    assert [c for c, _ in parts["p0"]] == [f"p{i}" for i in range(len(pieces))]


def test_a_broken_cell_takes_no_whole_one_with_it(repair):
    cells = [
        ("1", "a = 1"),
        ("2", "def f(:"),
        ("3", "b = 2"),
        ("4", "x = (1"),
        ("5", "c = 3"),
    ]
    cells += [("6", "s = '''abc"), ("7", "d = 4"), ("8", "'''")]
    assert repair.repair_cells(read(cells)) == (cells, [], {})


def test_every_cell_is_announced_before_it_is_compiled(repair):
    announced = []
    repair.repair_cells([("1", "a", None), ("2", "b = ", None)], announced.append)
    assert announced == ["1", "2"]


def test_a_line_of_a_joined_cell_is_counted_in_its_part(loads):
    _, said = loads("a = 1", "def f(x):", "    return x\n1 / 0")
    (error,) = said["errors"]
    assert (error["kind"], error["cell"], error["line"]) == (
        "ZeroDivisionError",
        "3",
        2,
    )


@each_row(
    ("cell", "rest"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("!ls -la\n!./run.sh 'a\nx = 1", "pass\npass\nx = 1"),
        ("?np.tanh\nnp.tanh??\nf(x)?\nx = 1", "pass\npass\npass\nx = 1"),
        ("files = !ls\na, b = %time f()\nx = 1", "pass\npass\nx = 1"),
        (
            "for i in range(3):\n    %time f(i)\n    x = i",
            "for i in range(3):\n    pass\n    x = i",
        ),
        (
            "%time x\ny = (7\n     % 4)\ns = '''\n!not a command\n'''",
            "pass\ny = (7\n     % 4)\ns = '''\n!not a command\n'''",
        ),
        ("%%time\nx = = 1", "pass\nx = = 1"),
        ("x = 1\ny = = 2", "x = 1\ny = = 2"),
    ],
)
def test_magics_are_left_out_and_nothing_else(repair, cell, rest):
    """Where IPython is not asked, since the cell is too large or was split."""
    assert repair.without_magics(cell) == rest


def test_conflicts_keep_the_first_side_and_the_numbers_of_lines(repair):
    text = "a = 1\n<<<<<<< HEAD\nb = 2\n||||||| base\nb = 0\n=======\nb = 3\n>>>>>>> theirs\nc = 4"
    assert repair.without_conflict(text).split("\n") == [
        "a = 1",
        "",
        "b = 2",
        "",
        "",
        "",
        "",
        "",
        "c = 4",
    ]
    cells, repairs, _ = repair.repair_cells(
        [("1", text + "\n%time c", None), ("2", "x = '''\n=======\n'''", None)]
    )
    assert [repair.compiles(t) for _, t in cells] == [True, True]
    assert repairs == [("1", "conflict"), ("1", "magics")]
    assert cells[1][1] == "x = '''\n=======\n'''"
