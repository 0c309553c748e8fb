"""Run cells by the page's own kernel, in this Python: what a page must say, too.

Reads JSON from stdin, a list of assignments with the cells' texts by name, and writes for each
the HTML of the last thing shown.
"""

import json
import os
import sys
from pathlib import Path

from kernel import Kernel


def verdict(home, assignment, cells):
    """Give what the last of some cells shows."""
    shown = []
    kernel = Kernel(home, assignment)
    for name, text in cells:
        kernel.run(name, text, lambda *about: shown.append(about))
    return shown[-1][1]


here = os.getcwd()
for asked in map(json.loads, sys.stdin):
    os.chdir(here)
    said = verdict(Path(sys.argv[1]), asked["assignment"], asked["cells"])
    sys.__stdout__.write(json.dumps(said) + "\n")
    sys.__stdout__.flush()
