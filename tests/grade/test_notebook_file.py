"""A submission's file: read if it is an ordinary one with text, refused with a reason otherwise."""

import errno
import json
import os

import pytest
from tables import each_row

from autograder.grade import notebook_file
from autograder.grade.notebook_file import (
    LARGEST,
    UnreadableError,
    code_cells,
    contents,
    parse,
    read_cells,
)


def test_a_file_without_bounds_is_refused(tmp_path):
    path = tmp_path / "x.ipynb"
    with open(path, "wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(
        UnreadableError, match="128 MB, more than the 128 allowed; clear its outputs"
    ):
        contents(path)


@each_row("make", ["link", "folder", "fifo", "nothing", "dangling"])
def test_what_is_no_file_is_refused(make, tmp_path):
    folder = tmp_path / make
    folder.mkdir()
    path, other = folder / "x.ipynb", folder / "other.ipynb"
    other.write_text("{}")
    if make == "link":
        path.symlink_to(other)
    elif make == "dangling":
        path.symlink_to(folder / "gone")
    elif make == "folder":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    whys = {
        "link": "symbolic link",
        "dangling": "symbolic link",
        "nothing": "no such file",
    }
    with pytest.raises(UnreadableError, match=whys.get(make, "it is not a file")):
        contents(path)


@each_row(
    "number",
    [errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES],
)
def test_what_the_system_cannot_read_is_not_the_students_fault(
    number, tmp_path, monkeypatch
):
    def failing(*_, **__):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", failing)
        with pytest.raises(OSError, match=os.strerror(number)):
            contents(tmp_path / "x.ipynb")


def test_an_ordinary_file_is_read(tmp_path):
    (tmp_path / "x.ipynb").write_bytes(b"\xef\xbb\xbf{}")
    assert contents(tmp_path / "x.ipynb") == "{}"


def test_what_stands_in_a_text_is_no_part_of_a_notebook():
    text = "[{," * notebook_file.MOST_PARTS
    data, repairs = parse(json.dumps({"cells": [], "metadata": {"text": text}}))
    assert (data["metadata"]["text"], repairs) == (text, [])


@each_row("many", ["0,", "[],", "{},", '"a",'])
def test_a_notebook_of_too_many_parts_is_refused(many, monkeypatch):
    monkeypatch.setattr(notebook_file, "MOST_PARTS", 1000)
    with pytest.raises(UnreadableError, match="too many parts"):
        parse('{"cells": [' + many * 1000 + "0]}")


def test_parts_do_not_hide_behind_a_conflict(monkeypatch):
    """A quote in the side that is left out turns texts into parts and parts into texts."""
    monkeypatch.setattr(notebook_file, "MOST_PARTS", 1000)
    text = '<<<<<<< HEAD\n{"cells": [\n=======\n"\n>>>>>>> b\n' + "[],\n" * 1000 + "0]}"
    with pytest.raises(UnreadableError, match="too many parts"):
        parse(text)


def test_a_notebook_of_conflict_marks_is_none():
    with pytest.raises(UnreadableError, match="JSON is broken"):
        parse("<<<<<<<\n=======\n" * notebook_file.MOST_MARKS + '{"cells": []}')


@each_row("number", ["1" * 5000, "-" + "9" * 100_000, "1e999", "NaN", "-Infinity"])
def test_numbers_that_python_would_not_read_stop_no_notebook(number):
    data, _ = parse('{"nbformat": ' + number + ', "cells": []}')
    assert data["cells"] == []


def test_too_much_code_is_refused_before_it_is_copied(monkeypatch):
    monkeypatch.setattr(
        notebook_file, "text_of", lambda source: pytest.fail("it was copied")
    )
    for source in (
        "x" * (notebook_file.MOST_CODE + 1),
        ["xy"] * notebook_file.MOST_CODE,
    ):
        with pytest.raises(UnreadableError, match="MB of code"):
            code_cells({"cells": [{"cell_type": "code", "source": source}]})


def cell(text, **more):
    return {"cell_type": "code", "source": text, **more}


@each_row(
    ("data", "texts"),
    [
        ({}, []),
        ({"cells": [cell("a"), cell("b")]}, ["a", "b"]),
        ({"worksheets": [{"cells": [cell("a")]}, {"cells": [cell("b")]}]}, ["a", "b"]),
        ({"worksheets": [{"cells": [cell("b")]}], "cells": [cell("a")]}, ["a", "b"]),
        ({"worksheets": [{"cells": []}], "cells": [cell("a")]}, ["a"]),
        ({"worksheets": [], "cells": [cell("a")]}, ["a"]),
        ({"worksheets": {"cells": [cell("b")]}, "cells": [cell("a")]}, ["a"]),
        ({"worksheets": [None, 5, {"cells": "x"}, {}], "cells": [cell("a")]}, ["a"]),
        ({"cells": [7, None, "x", [cell("b")], cell("a")]}, ["a"]),
        ({"cells": cell("a")}, []),
        ({"cells": [{"cell_type": "code", "input": ["a\n", 3, "b"]}]}, ["a\nb"]),
        ({"cells": [{}, cell(None), cell({}), cell("a\r\nb\0")]}, [*[""] * 3, "a\nb"]),
    ],
)
def test_cells_of_either_format(data, texts):
    assert [one.text for one in read_cells(data)] == texts


@each_row(
    ("metadata", "grade_id", "code", "retyped"),
    [
        (None, "i", False, False),
        ({"nbgrader": 3}, "i", False, False),
        ({"nbgrader": {"grade_id": "g"}}, "g", False, False),
        ({"nbgrader": {"grade_id": ["g"]}}, "i", False, False),
        ({"nbgrader": {"grade_id": "g", "cell_type": "code"}}, "g", True, True),
    ],
)
def test_a_cells_name_and_kind(metadata, grade_id, code, retyped):
    raw = cell("a", cell_type="markdown", id="i", metadata=metadata)
    (one,) = read_cells({"cells": [raw]})
    assert (one.grade_id, one.holds_code, one.is_retyped) == (grade_id, code, retyped)
    (one,) = read_cells({"cells": [raw | {"cell_type": "code"}]})
    assert (one.grade_id, one.holds_code, one.is_retyped) == (grade_id, True, False)
