"""`python -m autograder`."""

import os
import sys

# -m looks for modules in the working directory first, which may be a student's folder with a numpy.py in it.
if sys.path[0] == os.getcwd() != os.path.dirname(os.path.dirname(os.path.abspath(__file__))):
    del sys.path[0]

from .cli import main

sys.exit(main())
