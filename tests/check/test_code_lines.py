from unrolled.check.code_lines import Read, statements_by_line

TEXT = """def f(x, step):
    a, b = step["da"], x[0]
    for t in range(3):
        x[:, t] += step["db"]
        y = (a
             + b)
    self.state = g.forward(y)
    return {"a": a, "b": b + y}
"""
LINES = statements_by_line(TEXT)


def test_items_of_a_tuple_are_bound_one_by_one():
    first, second = LINES[2].bindings
    assert (first.targets, first.reads) == ({"a"}, (Read("step", ("da",)),))
    assert (second.targets, second.reads) == ({"b"}, (Read("x", (0,)),))


def test_a_store_reads_and_changes_the_array():
    (binding,) = LINES[4].bindings
    assert binding.targets == {"x"}
    assert {one.name for one in binding.reads} == {"x", "t", "step"}
    assert [head.first for head in LINES[4].loops] == [3]


def test_a_statement_of_several_lines_is_one():
    assert LINES[5] is LINES[6]
    assert (LINES[3].first, LINES[3].last, LINES[3].end) == (3, 3, 6)


def test_an_attribute_is_a_key_and_a_method_is_none():
    (binding,) = LINES[7].bindings
    assert binding.keys == {"state"}
    assert binding.reads[:2] == (Read("g"), Read("y"))


def test_the_parts_of_a_dictionary_have_lines_of_their_own():
    assert LINES[8].kind == "return"
    assert LINES[8].parts["b"] == (Read("b"), Read("y"))
    assert LINES[8].bare == {"a"}


def test_what_is_no_python_has_no_statements():
    assert statements_by_line("def f(:\n") == {}
