"""What the book adds to Jupyter Book, a module for each thing; `_config.yml` names this package.

Each module is a Sphinx extension of its own, so that a test can build a small book with one of
them: `unrolled_book.stepper`.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT))  # the course's own packages, which need not be installed

PARTS = (
    "accessible",
    "course_links",
    "equation_index",
    "exercise_cells",
    "first_paint",
    "formulas",
    "fresh_numbers",
    "kernel",
    "live_cells",
    "live_chapters",
    "live_files",
    "live_overview",
    "no_errors",
    "no_thebe",
    "practice",
    "stepper",
    "student_zip",
    "theme_figures",
    "theme_weight",
)


def setup(app):
    """Register every part with Sphinx."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
