"""The check in a student's notebook, and what it says: `from unrolled import exercise`."""

from .notebook_check import exercise

__all__ = ["exercise"]
