"""The settings of the tests, `tests/settings.toml`: what an instructor changes in `course.toml`
changes no test.
"""

import shutil
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from autograder.unit.course import Course
from autograder.unit.settings import FILE, read_settings

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Path(__file__).with_name("settings.toml")


def put_settings(folder):
    """Give a course of a test its `course.toml`."""
    return shutil.copy(SETTINGS, folder / FILE)


def are_the_courses():
    """Say whether this checkout's `course.toml` says the same."""
    names = Course(ROOT).assignments
    own, course = (read_settings(path, names) for path in (SETTINGS, ROOT / FILE))
    return own == course


def as_it_stands():
    """This checkout's course with what its `course.toml` says, as whatever was built of it has."""
    course = Course(ROOT)
    vars(course)["settings"] = read_settings(ROOT / FILE, course.assignments)
    return course


def use_own_settings():
    """Let this checkout, as the tests of this process see it, have these settings.

    Its limits stay: they stand in each result, and other processes read them from `course.toml`.
    """
    of_course = Course.settings.func

    def settings(course):
        if course.root != ROOT:
            return of_course(course)
        limits = read_settings(ROOT / FILE, course.assignments).limits
        return replace(read_settings(SETTINGS, course.assignments), limits=limits)

    patched = cached_property(settings)
    patched.__set_name__(Course, "settings")
    Course.settings = patched
