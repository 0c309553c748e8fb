import gzip
import html
import io
import json
import tarfile
import zipfile

import minicourse
import numpy as np
import pytest
from own_settings import as_it_stands
from sweeps import sweep
from tables import each_row

from autograder.publish.leaks import Leak, find_leaks, published, secrets
from autograder.unit.course import Course, CourseError

SOLUTION = "b = scaled + np.arange(a.size)"
PLACE = "line solutions/ex1_step.py:16"


@pytest.fixture
def course(tmp_path):
    return minicourse.make(tmp_path / "course")


@pytest.fixture
def found(course, tmp_path):
    """Write a file and say what is found in it, as (line, secret)."""

    def look(name, data):
        path = tmp_path / "out" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return [(leak.line, leak.secret) for leak in find_leaks(course, [path])]

    return look


def notebook(*lines):
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": [line + "\n" for line in lines]}]},
        indent=1,
    )


def zipped(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "nothing")
        archive.writestr(name, data)
    return file.getvalue()


def tarred(name, data):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


@each_row(
    "text",
    [
        f"x\n\n{SOLUTION}\n",
        f"x\n\n\t\t{SOLUTION.replace(' ', '   ')}  # why\n",
        f"x\n\n{SOLUTION.replace(' ', '')}",
        f"x\n\n# {SOLUTION}",
        "x\n\nb = scaled + np.arange(\n    a.size\n)",
    ],
)
def test_a_line_is_found_whatever_its_spacing(found, text):
    assert found("chapter.md", text) == [(3, PLACE)]


def test_a_line_is_found_in_a_notebooks_json(found):
    text = notebook("import numpy", "    " + SOLUTION)
    line = next(i for i, row in enumerate(text.split("\n"), 1) if SOLUTION in row)
    assert found("a.ipynb", text) == [(line, PLACE)]


def test_a_line_is_found_in_json_in_json(found):
    assert found("a.js", json.dumps(json.dumps("if x:\n\t" + SOLUTION))) == [(1, PLACE)]


def test_a_line_is_found_under_unicode_escapes(found):
    assert found("a.json", json.dumps(SOLUTION).replace("+", "\\u002b")) == [(1, PLACE)]


def highlighted(line):
    """A line as Sphinx highlights it, numbered."""
    spans = "".join(
        f'<span class="n">{html.escape(part)}</span> ' for part in line.split()
    )
    return f'<div class="highlight"><pre>\n<span class="linenos">7</span>{spans}\n</pre></div>'


def test_a_line_is_found_in_highlighted_html(found):
    assert found("a.html", highlighted(SOLUTION)) == [(2, PLACE)]


def test_a_line_is_found_in_html_in_a_notebooks_output(found):
    assert (3, PLACE) in found(
        "a.ipynb", '[\n"<b>",\n' + json.dumps(highlighted(SOLUTION)) + "]"
    )


def test_entities_and_tags_that_span_lines_keep_the_line(found):
    text = f'<a\nhref="#">\n</a>\n{html.escape(SOLUTION).replace("+", "&#43;")}'
    assert found("a.html", text) == [(4, PLACE)]


@each_row("name", ["a.zip", "a.whl"])
def test_a_line_is_found_in_an_archive(found, name):
    assert found(name, zipped("b/c.py", SOLUTION)) == [(1, PLACE)]


def test_a_line_is_found_in_archives_in_archives(course, tmp_path):
    path = tmp_path / "outer.zip"
    path.write_bytes(
        zipped("in.tgz", tarred("x/deep.txt", zipped("in.html", highlighted(SOLUTION))))
    )
    assert find_leaks(course, [path]) == [
        Leak(f"{path}!in.tgz!!x/deep.txt!in.html", 2, PLACE)
    ]


def test_a_line_is_found_in_each_of_two_equal_files(course, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    files = [folder / name for name in ("a.html", "b.zip", "c.html")]
    for file in files:
        text = highlighted(SOLUTION)
        file.write_bytes(
            zipped("d.html", text) if file.suffix == ".zip" else text.encode()
        )
    names = [str(files[0]), f"{files[1]}!d.html", str(files[2])]
    assert find_leaks(course, [folder]) == [Leak(name, 2, PLACE) for name in names]


def test_a_line_is_found_in_gzip_and_in_numbers(found):
    file = io.BytesIO()
    np.savez(
        file,
        names=np.array(["x", SOLUTION]),
        header=np.frombuffer(SOLUTION.encode(), np.uint8),
    )
    assert found("a.gz", gzip.compress(SOLUTION.encode())) == [(1, PLACE)]
    assert len(found("a.npz", file.getvalue())) == 2


@each_row(
    ("text", "secret"),
    [
        ("scaled = 3.0 * np.tanh(a)", "line solutions/ex1_step.py:15"),
        ("Because the hyperbolic tangent\nsaturates.", "line solutions/ex1_step.py:27"),
        (
            "assert judge.step(np.full(7, 0.25)).sum() == 12.5",
            "line solutions/test_ex1_step.py:11",
        ),
        (
            "scaled = 5.0 * np.tanh(a + 1.5)",
            "line solutions/misconceptions/ex1_step.toml:1",
        ),
        ("    #: b = None", "a '#:' placeholder of a source"),
        ('"    #: b = None\\n",', "a '#:' placeholder of a source"),
        ('<span class="c1">#: b = None</span>', "a '#:' placeholder of a source"),
        ("see solutions/ex1_step.py", "a path in solutions/"),
        ("C:\\\\course\\\\solutions\\\\ex1_step.py", "a path in solutions/"),
    ],
)
def test_every_kind_of_secret_is_found(found, text, secret):
    assert found("a.txt", text) == [(1, secret)]


def test_samples_are_secret(course, found):
    sample = course.solutions / "samples" / "ex1_step" / "vectors.ipynb"
    sample.parent.mkdir(parents=True)
    sample.write_text(
        notebook("import numpy as np", "out = np.add(3 * np.tanh(a), range(len(a)))")
    )
    assert found("a.txt", "out = np.add(3*np.tanh(a), range(len(a)))") == [
        (1, "line solutions/samples/ex1_step/vectors.ipynb:2")
    ]


def test_a_region_of_short_lines_is_found_as_a_whole(tmp_path):
    source = minicourse.SOURCE.replace(
        "scaled = 3.0 * np.tanh(a)  # why three\n", "c = a + a\n"
    )
    course = minicourse.make(
        tmp_path / "c", source.replace(SOLUTION, "b = 3.0 * c - 10.5")
    )
    (course.solutions / "misconceptions" / "ex1_step.toml").unlink()
    (tmp_path / "a.ipynb").write_text(notebook("c = a + a", "  b = 3.0 * c - 10.5"))
    (tmp_path / "b.md").write_text("c = a + a\n\nand elsewhere\n\nb = 3.0 * c - 10.5")
    assert [
        leak.secret
        for leak in find_leaks(course, [tmp_path / "a.ipynb", tmp_path / "b.md"])
    ] == ["solution at solutions/ex1_step.py:15"]


def test_what_anybody_writes_is_no_leak(found):
    public = (
        "import numpy as np\n\ndef step(a):\n    b = None\n    return b\n\n"
        "print(step(np.ones(2)))\ncheck(step)\n"
    )
    near = (
        "b = scaled - np.arange(a.size)\nbb = scaled + np.arange(a.sizes)\n"
        "for t in range(T): #: not one\n"
    )
    assert found("a.py", public + near) == []


def test_what_the_source_itself_shows_is_no_secret(tmp_path):
    shown = minicourse.SOURCE.replace("print(step(np.ones(2)))", SOLUTION)
    names = [secret.name for secret in secrets(minicourse.make(tmp_path, shown))]
    assert PLACE not in names
    assert "line solutions/ex1_step.py:15" in names


@each_row("name", ["ex1_step.py", "test_ex1_step.py", "ex1_step.toml"])
def test_a_secret_file_is_found_by_its_name(found, name):
    message = "a file called as one of solutions/"
    assert (
        found(name, "") == found("a.zip", zipped(f"some/{name}", "")) == [(0, message)]
    )


def test_the_package_may_speak_of_the_folder_but_not_of_where_it_lies(found):
    assert found("a.py", '"""Reads `solutions/ex1.py`."""') == []
    assert found("a.py", '"""Reads /home/me/solutions/ex1.py."""') == [
        (1, "a path in solutions/")
    ]


def test_a_leak_is_named_and_not_quoted(course, tmp_path):
    (tmp_path / "a.md").write_text(SOLUTION)
    (leak,) = find_leaks(course, [tmp_path / "a.md"])
    assert str(leak) == f"{tmp_path / 'a.md'}:1: {PLACE}"


def test_published_is_what_is_there(course):
    assert published(course) == []
    for name in ("exercises/ex1_step", "_build/html/_sources", "dist"):
        (course.root / name).mkdir(parents=True)
    (course.root / "_build/html/_sources/ch1.md").write_text(SOLUTION)
    (course.root / "dist/student.zip").write_bytes(zipped("a.txt", SOLUTION))
    assert [p.name for p in published(course)] == ["exercises", "html", "student.zip"]
    assert {leak.line for leak in find_leaks(course)} == {1}
    assert len(find_leaks(course)) == 2


def test_a_check_that_would_check_nothing_is_an_error(course, tmp_path):
    with pytest.raises(CourseError, match=r"missing\.zip does not exist"):
        find_leaks(course, [tmp_path / "missing.zip"])
    (tmp_path / "empty" / "solutions").mkdir(parents=True)
    (tmp_path / "empty" / "course.toml").touch()
    with pytest.raises(CourseError, match="no secrets in"):
        find_leaks(Course(tmp_path / "empty"), [tmp_path])


@sweep
def test_nothing_leaks_from_what_the_course_publishes():
    real = as_it_stands()
    places = [
        *published(real),
        minicourse.ROOT / "autograder",
        minicourse.ROOT / "book",
    ]
    assert [str(leak) for leak in find_leaks(real, places)] == []
