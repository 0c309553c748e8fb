"""Which files of a folder are published, and where Git looks."""

from autograder.publish.file_listing import environment_of_git, files_below


def test_files_come_in_the_order_of_their_paths_without_what_python_leaves(tmp_path):
    names = ("b.txt", "a/c.txt", "a/__pycache__/c.pyc", ".hidden", "a/b/d")
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    found = [path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)]
    assert found == [".hidden", "a/b/d", "a/c.txt", "b.txt"]


def test_git_is_not_led_elsewhere_by_the_environment(monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("HOME", "/home/ada")
    environment = environment_of_git()
    assert "GIT_DIR" not in environment
    assert environment["HOME"] == "/home/ada"
