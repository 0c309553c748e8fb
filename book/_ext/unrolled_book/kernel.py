"""Run the chapters in this very Python, with the course's own packages (`autograder`,
`book.figures`) at hand.

`kernels/python3` goes before any kernel of that name that a machine may have lying about, which
would be another Python; and it is quiet, so that a line of the build's log that looks like a
warning is one.
"""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def put_first(variable, path):
    """Put a path before those that an environment variable lists."""
    before = os.environ.get(variable)
    os.environ[variable] = os.pathsep.join([str(path), *([before] if before else [])])


def setup(app):
    """Prepare the environment that the kernels of this build inherit."""
    put_first("PYTHONPATH", ROOT)
    put_first("JUPYTER_PATH", HERE)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
