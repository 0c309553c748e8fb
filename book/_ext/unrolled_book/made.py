"""Write down what a build has made, for those who publish it.

`made.json` beside the pages names every file with its hash, and says whether the folder was
empty when the build began. What was left there by an earlier build, or put there by hand, can
then be told from what belongs to the book.
"""

from pathlib import Path

from autograder.publish.built_book import REPORTS, note_path, write_note

AT_THE_VERY_END = 900  # after the zip has been put beside the pages


def look_after(app, exception):
    """List the files, unless the build has failed."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    files = [path for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in files if path.relative_to(folder).parts[0] != REPORTS]
    write_note(folder, kept, app.began_empty)


def setup(app):
    """Look at the folder before any other part writes to it, and register with Sphinx."""
    note_path(app.outdir).unlink(missing_ok=True)
    folder = Path(app.outdir)
    app.began_empty = not folder.exists() or not any(folder.iterdir())
    app.connect("build-finished", look_after, priority=AT_THE_VERY_END)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
