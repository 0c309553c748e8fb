"""What the book adds to Jupyter Book, a module for each thing; `_config.yml` names this package.

Each module is a Sphinx extension of its own, so that a test can build a small book with one of
them: `unrolled_book.kept`.
"""

import sys
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT))  # the course's own packages, which need not be installed

PARTS = (
    "absent_pages",
    "accessible",
    "by_year",
    "course_links",
    "equation_index",
    "exercise_cells",
    "explorable",
    "far_numbers",
    "first_paint",
    "formulas",
    "fresh_numbers",
    "kept",
    "kernel",
    "live_cells",
    "live_chapters",
    "live_files",
    "live_overview",
    "long_code",
    "long_words",
    "made",
    "no_errors",
    "no_thebe",
    "phone_folds",
    "practice",
    "stacked_tables",
    "student_zip",
    "theme_figures",
    "theme_weight",
    "units",
)


def setup(app):
    """Register every part with Sphinx; where one of them changes, every page is written anew."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    parts = sorted(Path(__file__).parent.glob("*.py"))
    made_by = [crc32(path.read_bytes()) for path in parts]
    app.add_config_value("unrolled_book_made_by", made_by, "html")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
