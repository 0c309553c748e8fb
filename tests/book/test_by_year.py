"""The list of references names its entries as the text cites them."""

import re
import sys

import pytest
from book_fixtures import EXTENSIONS, ROOT, build_book
from pybtex.database import parse_file

sys.path.append(EXTENSIONS)
from unrolled_book.by_year import AuthorAndYear

CITED = re.compile(
    r'href="(?:references\.html)?#(id\d+)" title="[^"]*">(?:<span>)?(.*?)(?:</span>)?</a>'
)
LISTED = re.compile(
    r'<div class="citation" id="(id\d+)".*?<span class="label">(.*?)</span>\s*<p>',
    re.DOTALL,
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


def plain(html):
    """Without tags and brackets."""
    return re.sub(r"<[^>]*>|[\[\]]", "", html)


def test_a_label_has_the_names_that_the_text_has():
    entries = parse_file(ROOT / "book" / "references.bib").entries
    keys = ["elman1990", "hochreiter1997", "cho2014"]
    labels = AuthorAndYear().format_labels([entries[key] for key in keys])
    names = "Elman, 1990", "Hochreiter and Schmidhuber, 1997", "Cho et al., 2014"
    assert list(labels) == list(names)


def test_no_two_sources_have_one_label():
    entries = list(parse_file(ROOT / "book" / "references.bib").entries.values())
    labels = list(AuthorAndYear().format_labels(entries))
    assert len(set(labels)) == len(labels)


def test_what_is_cited_stands_in_the_list_under_this_name(book):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in book.pages}
    listed = {
        place: plain(label) for place, label in LISTED.findall(pages["references"])
    }
    cited = [
        (place, plain(said))
        for page in pages.values()
        for part in re.findall(r'class="bibtex-citation".*?</span>', page, re.DOTALL)
        for place, said in CITED.findall(part)
    ]
    assert len(listed) > 50
    assert len(cited) > 100
    for place, said in cited:
        assert listed[place].endswith(said), said
