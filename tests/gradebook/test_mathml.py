import nbformat

from autograder.gradebook.mathml import FormulasToMathML


def test_formulas_in_code_stay():
    cell = nbformat.v4.new_markdown_cell("cost `$5$` and $x_1$")
    text = FormulasToMathML().preprocess_cell(cell, {}, 0)[0].source
    assert text.startswith("cost `$5$` and <math")


def test_formulas_in_a_comment_are_set():
    cell = nbformat.v4.new_markdown_cell(
        "An answer.", metadata={"nbgrader": {"comment": r"Which $x^2$?"}}
    )
    comment = (
        FormulasToMathML().preprocess_cell(cell, {}, 0)[0].metadata.nbgrader.comment
    )
    assert comment.startswith("Which <math")
    assert "$" not in comment


def test_a_formula_that_is_none_stays_as_typed():
    cell = nbformat.v4.new_markdown_cell(r"$x^$")
    assert FormulasToMathML().preprocess_cell(cell, {}, 0)[0].source == r"$x^$"
