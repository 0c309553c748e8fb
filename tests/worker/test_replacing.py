F = "def f():\n    return 'first'"


def test_a_companion_is_served_from_where_it_is_defined(loads):
    """Whatever keeps it keeps the served one; and it answers nothing while cells run."""
    keeps = (
        "from functools import partial\nBY_PARTIAL = partial(f)\nBY_DICT = {1: f}",
        "class K:\n    step = staticmethod(f)",
        "def by_default(g=f):\n    return g\n"
        "def closing(g):\n    def inner():\n        return g\n    return inner\n"
        "by_closure = closing(f)",
    )
    one, said = loads(F, *keeps, "kept = f()", serve=["f"])
    served = one.space["f"]
    kept = [one.space["BY_PARTIAL"].func, one.space["BY_DICT"][1], one.space["K"].step]
    kept += [one.space["by_default"](), one.space["by_closure"]()]
    assert all(one is served for one in kept)
    assert "kept" not in one.space
    assert [(e["kind"], e["cell"]) for e in said["errors"]] == [("TypeError", "5")]


def test_a_companion_made_together_with_what_keeps_it_is_served_too(loads):
    both = (
        "def both():\n    def f():\n        return 1\n    def g():\n        return f\n"
        "    return f, g\n"
        "f, g = both()"
    )
    one, _ = loads(both, serve=["f"])
    assert one.space["g"]() is one.space["f"]
    assert one.space["f"].__closure__  # the served one, which asks


def test_a_companion_that_is_not_there_is_served_where_it_would_be(loads):
    one, said = loads("def f(:", "def g(h=f):\n    return h", serve=["f"])
    assert one.space["g"]() is one.space["f"]
    assert [e["cell"] for e in said["errors"]] == ["1"]
