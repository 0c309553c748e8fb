"""The course's texts are spelt as in Britain; its own words are on one list, and all of them
are used.
"""

import prose
import pytest
from spelling import ROOT, available, mistakes, own_words, report, unknown, unused
from tables import each_row

needs_hunspell = pytest.mark.skipif(
    not available(), reason="needs Hunspell: tools/system spelling"
)
PAGE = """---
kernelspec:
  name: pythn
---
# A gate that **opns**

One $wrng$ `wrng` [wrods](wrng.html) {term}`gaets <wrng>` {ref}`wrng` {cite:p}`wrng`, and
$$ wrng $$ (eq-wrng)

```{code-cell} ipython3
---
tags: [wrng]
mystnb:
  image:
    alt: >-
      A lnie, and a
      secnd one.
---
wrng = xt_prev + "wrng"  # keep the staet of xt_prev
```

```{admonition} Hwo to
:class: wrng
- **Teh bias.** It’s added; don't drop it.
```
"""
NOTEBOOK = '''# %% [markdown]
# The formr step, with `wrng`.

# %% role="solve" task="wrng"
def wrng(xt):
    """Give the nxt state.

    Parameters
    ----------
    xt : ndrray of shape (n_x, m)
        Inptu at this step.
    """
    ### START CODE HERE ### (wrng)
    #: a = wrng
    a = {"Wff": xt}  # the sme, and Wff
    ### END CODE HERE ###
'''
TOML = """edits = [["wrng", "wrng"]]
symptom = "The bais is `wrng`."
"""
HTML = "<style>wrng</style><p class='wrng'>Instlal <code>wrng</code>&nbsp;it</p>"
MODULE = (
    "def f(x):\n"
    '    return rf"wrng {x} here and there" if x == "wrng" else f"{x} is nto a step of it"\n'
)
KINDS = ["markdown", "notebook", "feedback", "html", "module"]


@pytest.fixture(scope="module")
def pages():
    """All files with prose, and their prose."""
    return list(prose.texts(ROOT))


@needs_hunspell
def test_every_word_is_spelt_right(pages):
    found = mistakes(pages, own_words())
    assert not found, "\n".join(report(found))


def test_every_kind_of_text_is_read(pages):
    names = {
        path.relative_to(ROOT).as_posix()
        for path, text in pages
        if len(text.split()) > 50
    }
    assert {
        "book/intro.md",
        "book/ch1_rnn_cell.md",
        "solutions/ex1_rnn_cell.py",
        "solutions/misconceptions/ex1_rnn_cell.toml",
        "README.md",
        "CONTRIBUTING.md",
        "autograder/publish/start_here.html",
        "autograder/grade/redact.py",
    } <= names


@needs_hunspell
@each_row(
    ("read", "text", "seen"),
    [
        (
            prose.markdown,
            PAGE,
            [
                "5 opns",
                "7 wrods",
                "7 gaets",
                "16 lnie",
                "17 secnd",
                "19 staet",
                "22 Hwo",
                "24 Teh",
            ],
        ),
        (prose.percent, NOTEBOOK, ["2 formr", "6 nxt", "11 Inptu", "15 sme"]),
        (prose.feedback, TOML, ["2 bais"]),
        (prose.page, HTML, ["1 Instlal"]),
        (prose.messages, MODULE, ["2 nto"]),
    ],
    ids=KINDS,
)
def test_a_misspelt_word_is_seen_in_its_line_and_what_is_no_prose_is_not(
    read, text, seen
):
    found = [f"{line} {word}" for _, line, word in mistakes([("page", read(text))], [])]
    assert found == seen


@each_row(
    ("read", "text"),
    [
        (prose.markdown, PAGE),
        (prose.percent, NOTEBOOK),
        (prose.feedback, TOML),
        (prose.page, HTML),
        (prose.messages, MODULE),
    ],
    ids=KINDS,
)
def test_what_is_no_prose_becomes_blank_and_nothing_moves(read, text):
    left = read(text)
    assert "wrng" not in left
    assert [len(line) for line in left.split("\n")] == [
        len(line) for line in text.split("\n")
    ]
    assert all(new in (" ", old) for new, old in zip(left, text, strict=True))


@needs_hunspell
def test_american_and_oxford_spellings_are_seen():
    assert unknown(
        ["color", "normalize", "normalization", "size", "colour", "normalise", "seized"]
    ) == {
        "color",
        "normalize",
        "normalization",
    }


@needs_hunspell
def test_own_words_are_let_pass_and_unused_ones_are_told():
    pages = [("a.md", "A tanh. Tanh of the Kerass.")]
    assert [word for *_, word in mistakes(pages, ["tanh"])] == ["Kerass"]
    assert unused(pages, ["kerass", "tanh", "logit"]) == ["logit"]


@needs_hunspell
def test_a_report_names_file_line_word_and_what_may_be_meant():
    (line,) = report([(ROOT / "book" / "x.md", 3, "recieve")])
    assert line.startswith("book/x.md:3: recieve (receive")


def test_the_list_is_sorted_and_every_word_of_it_is_used(pages):
    own = own_words()
    assert own == sorted(set(own), key=lambda word: (word.lower(), word))
    assert not unused(pages, own)


def test_a_list_of_names_and_a_path_are_no_prose():
    code = 'NAMES = f("preadv lseek fsync umask")\nSAID = "see docs/lib/preadv.h for the rest"\n'
    found = prose.READERS["autograder/**/*.py"](code)
    assert found.split() == ['"see', "for", "the", 'rest"']


def test_a_shell_script_among_the_tools_is_not_read():
    read = prose.READERS["tools/*"]
    assert read("#!/usr/bin/env bash\n# what a mistaek\n").strip() == ""
    assert read("#!/usr/bin/env python\n# what a mistaek\n").split()[-1] == "mistaek"
