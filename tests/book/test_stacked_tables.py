"""Tables of words become blocks on a phone; tables of numbers stay tables."""

from types import SimpleNamespace

from book_fixtures import build_book, extension
from tables import each_row

stacked = extension("stacked_tables")
FORMULA = (
    '<span class="katex"><math><mi>T</mi><annotation>T</annotation></math>'
    '<span class="katex-html">T</span></span>'
)


def table(head, *rows):
    """A table's HTML as Sphinx writes it."""
    top = "".join(f'<th class="head"><p>{one}</p></th>' for one in head)
    body = "".join(
        f"<tr>{''.join(f'<td><p>{one}</p></td>' for one in row)}</tr>" for row in rows
    )
    return f'<table class="table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'


def made(html):
    """A page's body once it has been worked on."""
    context = {"body": f"<p>before</p>{html}<p>after</p>"}
    stacked.make_ready(None, "book/x", "page.html", context, None)
    return context["body"].removeprefix("<p>before</p>").removesuffix("<p>after</p>")


def test_each_cell_but_the_first_says_its_column():
    page = made(table(["letter", f"at {FORMULA}", "what it is"], ["a", "b", "a state"]))
    assert '<table class="table stacks" role="table">' in page
    assert page.count("data-label") == 1
    assert 'data-label="at T"' in page
    assert page.count('role="columnheader"') == page.count('role="cell"') == 3
    assert page.count('role="rowgroup"') == page.count('role="row"') == 2


@each_row(
    ("head", "row", "becomes"),
    [
        (["letter", "in code", "shape"], ["x", "xt", "(n_x, m)"], True),
        (["here", "there"], ["x", "y"], False),
        (["here", "there"], ["a_long_name_of_a_file", "another_one_of_them_all"], True),
        (["there", "it is"], ["a_long_name_of_a_file.py", "a word"], True),
        (["", "step 1", "step 2"], ["z", "−0.12", "0.34"], False),
        (["", "one", "two", "how"], ["z", "1", "+2", "a sum"], False),
        (["gate", "sum", "squeezed"], ["f", "(2, −2)", "(0.88, 0.12)"], False),
    ],
)
def test_words_stack_and_numbers_do_not(head, row, becomes):
    assert stacked.stacks(head, [row]) == becomes
    page = made(table(head, row))
    assert ("stacks" in page) == becomes
    assert becomes or page == table(head, row)


def test_results_of_a_run_and_tables_without_a_head_stay():
    results = table(["a", "b", "c"], ["x", "y", "z"]).replace(
        "table", "table results", 1
    )
    results = results.replace(
        '<table results class="table', '<table class="table results'
    )
    bare = '<table class="table"><tbody><tr><td>x</td></tr></tbody></table>'
    assert made(results) == results
    assert made(bare) == bare


def test_a_page_without_a_body_is_left_alone():
    context = {}
    stacked.make_ready(SimpleNamespace(), "search", "search.html", context, None)
    assert context == {}


def test_the_book_has_tables_of_both_kinds(tmp_path_factory):
    book = build_book(tmp_path_factory)
    page = (book.html / "book" / "ch4_lstm_backward.html").read_text(encoding="utf-8")
    assert 'class="table stacks"' in page
    assert 'class="table"' in page
    assert 'class="table results"' in page
