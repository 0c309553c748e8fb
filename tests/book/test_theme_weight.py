"""The theme as it is published: with the icons that pages show, and without the others."""

import base64
import io
import re

import pytest
from book_fixtures import build_book, extension
from fontTools.ttLib import TTFont

weight = extension("theme_weight")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The built book."""
    return build_book(tmp_path_factory)


@pytest.fixture(scope="module")
def sheet():
    """The theme's style sheet for a page with two icons."""
    return weight.slim(
        (weight.THEME / weight.SHEET).read_text(encoding="utf-8"),
        {"fa-bars", "fa-moon"},
    )


def glyphs(sheet):
    """Code points of the fonts in a style sheet."""
    found = re.findall(r"url\(data:font/woff;base64,([^)]*)\)", sheet)
    assert len(found) == 3  # solid, regular, brands
    assert sheet.count("url(../vendor") == 0
    return set().union(
        *(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap() for data in found)
    )


def test_icons_in_use_keep_rule_and_glyph(sheet):
    for name, code in {"fa-bars": "f0c9", "fa-moon": "f186"}.items():
        assert re.search(
            rf'\.{name}:before[^{{]*{{content:"\\{code}";content:"\\{code}"/""}}', sheet
        )
        assert int(code, 16) in glyphs(sheet)


def test_other_icons_go(sheet):
    assert "fa-hippo" not in sheet
    assert 0xF6ED not in glyphs(sheet)
    assert len(glyphs(sheet)) < 60


def test_icons_of_the_theme_s_own_rules_stay(sheet):
    whole = (weight.THEME / weight.SHEET).read_text(encoding="utf-8")
    own = {ord(icon) for icon in re.findall(r'--pst-icon-[\w-]+:\s*"(.)"', whole)}
    assert len(own) > 5
    assert own <= glyphs(sheet)


def test_every_icon_of_the_pages_is_there(book):
    published = (book.html / "_static" / weight.SHEET).read_text(encoding="utf-8")
    named = set()
    for page in book.pages.values():
        for _, attributes in page.tags:
            if "fa-solid" in attributes.get("class", ""):
                named |= set(re.findall(r"\bfa-[\w-]+", attributes["class"])) - {
                    "fa-solid",
                    "fa-lg",
                }
    assert {
        "fa-bars",
        "fa-sun",
        "fa-moon",
        "fa-circle-half-stroke",
        "fa-magnifying-glass",
        "fa-list",
    } <= named
    for name in named:
        (code,) = re.findall(
            rf'\.{name}:before[^{{]*{{content:"\\([0-9a-f]+)"', published
        )
        assert int(code, 16) in glyphs(published)


def test_the_script_of_all_icons_is_not_published(book):
    assert not list(book.html.rglob("*fontawesome*"))
    assert not list(book.html.rglob("*.map"))
    assert (book.html / "_static" / "scripts" / "bootstrap.js").is_file()
