import gzip
import hashlib
import io
import json
import tarfile

import zips

from autograder.publish import published_text
from autograder.publish.published_text import Stream, texts, tokens, views
from autograder.publish.pyodide_files import FILES

LINE = "a_next = np.tanh(z)"


def tarred(name, data):
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return into.getvalue()


def test_archives_in_archives_are_read_by_what_they_are_and_not_by_their_name(tmp_path):
    inner = zips.data({"cell.py": LINE})
    (tmp_path / "picture.bin").write_bytes(gzip.compress(tarred("inner", inner)))
    found = {name.partition("picture.bin")[2]: text for name, text in texts(tmp_path)}
    assert found["!!inner!cell.py"] == LINE
    assert set(found.values()) == {"", LINE}


def test_of_pictures_the_name_counts_and_caches_are_nobodys(tmp_path):
    for name in ("a.png", "b.py", "__pycache__/c.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(LINE)
    found = {name.rpartition("/")[2]: text for name, text in texts(tmp_path)}
    assert found == {"a.png": "", "b.py": LINE}


def test_a_line_is_seen_through_jsons_escapes_and_htmls_tags():
    cell = json.dumps({"source": ['s = "a"\n', f"{LINE} # <b>"]})
    twice = json.dumps(cell)
    html = "<span>a_next</span> <b>=</b> np.tanh(z) &lt;"
    assert any('s = "a"' in view and LINE in view for view in views(cell))
    assert any('s = "a"' in view and LINE in view for view in views(twice))
    assert any(tokens(f"{LINE} <") == tokens(view) for view in views(html))


def test_views_have_the_lines_of_the_text():
    text = '"a\\n",\n"b"\n<i\n>c</i>\n'
    assert {view.count("\n") for view in views(text)} == {text.count("\n")}


def test_a_row_of_tokens_is_found_whatever_its_spacing_and_line_breaks():
    stream = Stream("x = 1\n\na_next  =\n  np.tanh( z )\na_next=np.tanh(z)\n")
    assert stream.lines_of(tuple(tokens(LINE))) == [3, 5]
    assert stream.lines_of(tuple(tokens("tanh(zz)"))) == []
    assert tokens("d['a']") == tokens('d["a"]')


def test_into_the_very_files_of_pyodide_nobody_looks(tmp_path, monkeypatch):
    assert frozenset(FILES.values()) == published_text._OTHERS
    (tmp_path / "a.py").write_text(LINE)
    digest = hashlib.sha256(LINE.encode()).hexdigest()
    monkeypatch.setattr(published_text, "_OTHERS", {digest})
    assert [text for _, text in texts(tmp_path)] == [""]
