"""Warn where a page would show an error of its own code: a traceback, or anything written to
stderr.

A cell that fails makes the build fail already. A figure that cannot be drawn does not: its
traceback would be published in the figure's place.
"""

from docutils import nodes
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def find_errors(app, doctree):
    """Look through the outputs of the page's code cells."""
    for block in doctree.findall(nodes.literal_block):
        if {"traceback", "stderr"} & set(block["classes"]) or block.get(
            "language"
        ) == "ipythontb":
            LOGGER.warning(
                "a code cell shows an error: %s",
                block.astext().splitlines()[-1],
                location=block,
            )


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", find_errors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
