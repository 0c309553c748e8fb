"""Code in an interpreter of its own."""

import os
import subprocess
import sys


def python(code, **environment):
    """Run code in a fresh interpreter; what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        check=True,
        env=os.environ | environment,
        encoding="utf-8",
    )
    return done.stdout
