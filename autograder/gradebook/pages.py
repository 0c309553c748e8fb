"""The page of feedback as an exporter of its own: formgrader's pages are made by the plain one."""

from nbconvert.exporters import HTMLExporter


class FeedbackExporter(HTMLExporter):
    """What `generate_feedback` makes pages with.

    The configuration has a section of its own for it.
    """
