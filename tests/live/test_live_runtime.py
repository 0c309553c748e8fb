"""The files of Pyodide: found, fetched once, known by their hashes; or plainly missing."""

import hashlib
import subprocess

import pooch
import pytest
from book_fixtures import extension

runtime = extension("live_runtime")


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A release of two small files, and no network."""
    files = {"one.mjs": b"one", "two.wasm": b"two"}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    monkeypatch.setattr(runtime, "FILES", hashes)
    monkeypatch.setenv(runtime.CACHE, str(tmp_path / "cache"))

    def no_network(*about, **more):
        raise OSError("no network")

    monkeypatch.setattr(pooch, "retrieve", no_network)
    monkeypatch.setattr(subprocess, "run", no_network)
    return files


def lay(folder, files):
    """Write files into a folder."""
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_what_is_kept_is_taken_without_a_network(small):
    kept = lay(runtime.place(), small)
    assert runtime.find_runtime() == kept


def test_a_kept_file_that_is_damaged_is_not_taken(small):
    lay(runtime.place(), small | {"one.mjs": b"other"})
    with pytest.raises(runtime.NoRuntimeError):
        runtime.find_runtime()


def test_without_a_network_it_says_what_was_tried(small):
    with pytest.raises(runtime.NoRuntimeError, match=r"jsdelivr.*OSError"):
        runtime.find_runtime()


def test_a_named_folder_is_taken_and_one_that_lacks_a_file_is_refused(small, tmp_path):
    folder = lay(tmp_path / "mine", small)
    assert runtime.find_runtime(str(folder)) == folder
    (folder / "two.wasm").write_bytes(b"")
    with pytest.raises(runtime.NoRuntimeError, match=r"different: two\.wasm"):
        runtime.find_runtime(str(folder))


def test_files_come_from_the_release_where_it_can_be_reached(small, monkeypatch):
    def fetch(url, known_hash, fname, path, downloader):
        assert url == runtime.RELEASE + fname
        assert known_hash == f"sha256:{runtime.FILES[fname]}"
        path.mkdir(parents=True, exist_ok=True)
        (path / fname).write_bytes(small[fname])

    monkeypatch.setattr(pooch, "retrieve", fetch)
    assert runtime.wrong_in(runtime.find_runtime()) == []
