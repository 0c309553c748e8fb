"""The page of feedback as an exporter of its own: formgrader's pages are made by the plain one."""

from nbconvert.exporters import HTMLExporter


class FeedbackExporter(HTMLExporter):
    """What `generate_feedback` makes pages with; it has a section of its own in the configuration."""
