import functools
import itertools
import types

import numpy as np
from tables import each_row

from unrolled.check.stray_names import find_stray_names, functions_behind, is_data


def notebook(text, **variables):
    """A namespace as a notebook's, after a cell has run."""
    space = {"__name__": "__main__", "np": np, **variables}
    exec(text, space)
    return space


W = {"Wax": np.ones(2)}


@each_row(
    "text",
    [
        "def f(x): return parameters['Wax'] @ x",
        "def f(x): return [parameters['Wax'] * one for one in x]",
        "def f(x): return (lambda y: parameters['Wax'] @ y)(x)",
        "def helper(x): return parameters['Wax'] @ x\ndef f(x): return helper(x)",
        "f = lambda x: parameters",
        "def f(x):\n    def inner(): return parameters\n    return inner()",
        "def f(x):\n    class A:\n        p = parameters\n    return A",
        "import functools\nf = functools.partial(lambda k, x: parameters, 1)",
        "class F:\n    def __call__(self, x): return parameters\nf = F()",
        "class F:\n    def run(self, x): return parameters\nf = F().run",
        "def timed(g):\n    def run(*a): return g(*a)\n    return run\n"
        "@timed\ndef f(x): return parameters",
        "import functools\n@functools.lru_cache\ndef f(x): return parameters",
    ],
)
def test_data_of_the_notebook_is_found(text):
    assert find_stray_names(notebook(text, parameters=W)["f"]) == (["parameters"], [])


@each_row(
    "text",
    [
        "def f(parameters): return parameters",
        "def f(x):\n    parameters = {}\n    return parameters",
        "def helper(x): return np.tanh(x)\ndef f(x): return helper(x) + len(EPS)",
        "k, title, module = 2, 'a', np\ndef f(x): return k * len(title) + module.pi",
        "def f(x):\n    class A:\n        size = 1\n        double = 2 * size\n    return A",
        "def f(n): return n and f(n - 1)",
        "f = np.tanh",
        "f = 7",
    ],
)
def test_arguments_helpers_and_constants_are_fine(text):
    assert find_stray_names(notebook(text, EPS=np.ones(2))["f"]) == ([], [])


def test_names_that_do_not_exist_are_told_in_order():
    assert find_stray_names(
        notebook("def f(x): return bb + np.dot(Wxx, x) + bb + print")["f"]
    ) == ([], ["bb", "Wxx"])


def test_a_companion_answers_for_itself():
    space = notebook(
        "def cell(x): return parameters\ndef f(x): return cell(x)", parameters=W
    )
    assert find_stray_names(space["f"]) == (["parameters"], [])
    assert find_stray_names(space["f"], ["cell"]) == ([], [])


def test_a_decorator_of_another_module_is_not_looked_into():
    library = {"functools": functools, "table": np.ones(2)}
    exec(
        "def wrap(g):\n    @functools.wraps(g)\n    def run(x): return table, g(x)\n    return run",
        library,
    )
    space = notebook(
        "@wrap\ndef f(x): return parameters", wrap=library["wrap"], parameters=W
    )
    assert find_stray_names(space["f"]) == (["parameters"], [])


def test_objects_are_not_asked():
    class Odd:
        def __getattr__(self, name):
            raise RuntimeError("asked")

    assert find_stray_names(notebook("def f(x): return odd", odd=Odd())["f"]) == (
        [],
        [],
    )


def test_a_closure_that_is_not_filled_yet_is_passed_over():
    def outer():
        def inner():
            return later

        found = functions_behind(inner)
        later = 1
        return found, inner, later

    found, inner, _ = outer()
    assert found == [inner]


@each_row(
    ("name", "value", "data"),
    [
        ("a", np.ones(2), True),
        ("caches", ([(np.ones(2),)], 1), True),
        ("s", {"p": {"W": np.ones(2)}}, True),
        ("A", np.ones(2), True),
        ("EPS", np.ones(2), False),
        ("n", 3, False),
        ("names", ["Wax"], False),
        ("module", types, False),
        ("deep", [[[[[[np.ones(2)]]]]]], True),
    ],
)
def test_is_data(name, value, data):
    assert is_data(name, value) is data


class Endless(list):
    """A list that never ends."""

    def __iter__(self):
        return itertools.repeat([])


def test_no_container_takes_long_to_look_at():
    bomb = []
    for _ in range(4):
        bomb = [bomb] * 3000
    assert not is_data("bomb", bomb)
    assert not is_data("endless", Endless())
    itself = []
    itself.append(itself)
    assert not is_data("itself", itself)
