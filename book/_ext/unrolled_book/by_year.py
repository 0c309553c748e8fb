"""Name the sources in the list of references as the text cites them, by author and year.

Sphinx would number the list, and no page of the book cites a number: a reader who comes from
"Elman [1990]" looks for this name.
"""

from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style
from pybtex.style.labels import BaseLabelStyle


class AuthorAndYear(BaseLabelStyle):
    """Labels such as "Elman, 1990"."""

    def format_labels(self, sorted_entries):
        """Yield the label of each entry."""
        for entry in sorted_entries:
            yield f"{names(entry.persons['author'])}, {entry.fields['year']}"


def names(authors):
    """Last names of one or two authors, or the first one's; as the text has them."""
    last = [
        " ".join(map(str, one.rich_prelast_names + one.rich_last_names))
        for one in authors
    ]
    return " and ".join(last) if len(last) < 3 else f"{last[0]} et al."


class ByYear(Style):
    """The plain style, with these labels."""

    default_label_style = AuthorAndYear


def setup(app):
    """Give the style the name that `_config.yml` knows."""
    register_plugin("pybtex.style.formatting", "by_year", ByYear)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
