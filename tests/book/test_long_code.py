"""A phone shows the beginning of a long cell, and all of it at a tap."""

from types import SimpleNamespace

from book_fixtures import extension
from tables import each_row

long_code = extension("long_code")


def cell(lines):
    """A code cell's HTML as MyST-NB writes it."""
    code = "".join(f"<span>x</span> = {k}\n" for k in range(lines))
    return (
        '<div class="cell_input docutils container">\n<div class="highlight-ipython3 '
        f'notranslate"><div class="highlight"><pre><span></span>{code}</pre></div>\n</div>\n'
    )


def made(page, body):
    """A page's body once it has been worked on."""
    context = {"body": body}
    scripts = []
    app = SimpleNamespace(add_js_file=lambda name, **how: scripts.append(name))
    long_code.shorten(app, page, "page.html", context, None)
    assert scripts == (["long_code.js"] if long_code.PAGES.match(page) else [])
    return context["body"]


@each_row(
    ("page", "lines", "cut"),
    [
        ("book/ch4_lstm_backward", long_code.LONG, False),
        ("book/ch4_lstm_backward", long_code.LONG + 1, True),
        ("book/far5_gru", 40, True),
        ("exercises/ex1_rnn_cell/ex1_rnn_cell", 40, False),
        ("book/slips1_rnn_cell", 40, False),
    ],
)
def test_long_code_of_a_chapter_has_a_button(page, lines, cut):
    found = made(page, cell(2) + cell(lines))
    assert found.count("<button") == found.count("long-code") == cut
    if cut:
        assert f'aria-expanded="false">All {lines} lines</button>' in found
        assert found.index("x</span> = 1\n") < found.index("long-code")


def highlighted(*lines):
    """A cell's HTML, each line's first word within a tag of its own, as Pygments writes them."""
    code = "".join(
        f'<span class="kn">{first}</span>{gap}{rest}\n'
        for first, gap, rest in (line.partition(" ") for line in lines)
    )
    return cell(0).replace("<span></span>", f"<span></span>{code}")


WORK = [f"work {k}" for k in range(long_code.LONG)]


@each_row(
    ("lines", "set_up"),
    [
        (["import numpy as np", "from a import b", "", "", *WORK], 4),
        (["", "import numpy as np", *WORK], 2),
        ([*WORK, "import numpy as np"], 0),
        (["important = 1", *WORK], 0),
        (["", "", *WORK], 0),
    ],
)
def test_imports_at_the_beginning_wait_with_the_rest(lines, set_up):
    found = made("book/ch4_lstm_backward", highlighted(*lines))
    before, _, after = found.partition('<span class="set-up">')
    within, _, rest = after.partition("\n</span>")
    assert within.count("\n") + bool(after) == set_up
    assert (before + within + rest).count("work") == len(WORK)
    assert "work" not in within


def test_short_cells_keep_their_imports():
    found = made("book/ch4_lstm_backward", highlighted("import numpy as np", "a = 1"))
    assert "set-up" not in found


def test_a_page_without_a_body_is_left_alone():
    context = {}
    long_code.shorten(None, "book/ch1_rnn_cell", "page.html", context, None)
    assert context == {}
