from tables import each_row

from autograder.grade import input_rules
from autograder.grade.input_rules import read


def one(text):
    (cell,) = read([("c1", text)])
    return cell


@each_row(
    "text",
    [
        "x = 1",
        "def f(a):\n    return a % 2 == 1",
        "s = 'a?b'",
        "a = b != c",
        "x: int = (1,\n 2)",
    ],
)
def test_plain_python_is_left_as_it_is(text):
    cell = one(text)
    assert (cell.text, cell.python, cell.run) == (text, None, True)


@each_row(
    "head",
    [
        "%%bash",
        "%%html",
        "%%writefile a.py",
        "%%timeit",
        "%%script false",
        "%%no_magic",
    ],
)
def test_a_cell_that_is_no_python_of_this_notebooks_is_not_run(head):
    assert not one(f"{head}\nx = 1").run


@each_row(
    "text",
    [
        "%%time\nx = 1",
        "%%capture said\nx = 1",
        "%matplotlib inline\nx = 1",
        "!ls \\\n -a\nx = 1",
        "files = !ls\nx = 1",
        ">>> y = 2\n>>> x = 1",
        "    y = 2\n    x = 1",
    ],
)
def test_what_ipython_makes_of_it_is_python_on_the_same_lines(text):
    cell = one(text)
    assert cell.run
    compile(cell.python, "c1", "exec")
    assert cell.python.count("\n") == text.count("\n")
    assert cell.python.split("\n")[-1] == "x = 1"


def test_what_is_captured_is_kept_by_its_name():
    assert one("%%capture said --no-stderr\nx = 1").python.startswith("said = ")
    assert not one("%%time x = 2\ny = 1").run  # IPython refuses it


def test_a_notebook_that_would_take_long_is_read_as_far_as_it_does_not(monkeypatch):
    cells = [("a", "%time f()"), ("b", "%time f()" * 100), ("c", "%%bash\nls")]
    monkeypatch.setattr(input_rules, "MOST", 100)
    first, second, third = read(cells)
    assert first.python is not None
    assert second.python is None
    assert [cell.run for cell in (first, second, third)] == [True, True, False]
