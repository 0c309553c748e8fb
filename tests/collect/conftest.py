"""What is found in files and zips."""

import zipfile

import pytest
from handed_files import EXERCISES

from autograder.collect.find import find_hand_ins


@pytest.fixture
def found(tmp_path):
    """What is found in a path, as (student, assignment, why there is nothing to grade)."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def found(path, wanted=""):
        found = find_hand_ins(path, EXERCISES, scratch, wanted)
        return sorted((f.student, f.assignment, f.problem or f.broken) for f in found)

    return found


@pytest.fixture
def zipped(tmp_path):
    """A zip with these files."""

    def zipped(*names, name="all.zip", data=b"{}"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in names:
                archive.writestr(one, data)
        return path

    return zipped
