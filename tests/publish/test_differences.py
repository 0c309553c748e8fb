from autograder.publish.differences import SHOWN, Differences, differences


def test_files_are_new_changed_gone_or_the_same(tmp_path):
    for name in ("same", "changed", "gone", "a/gone", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"old")
    files = {"same": b"old", "changed": b"new", "a/new": b"", "new": b""}
    assert differences(files, tmp_path) == Differences(
        new=["a/new", "new"], changed=["changed"], gone=["a/gone", "gone"]
    )


def test_the_counts_come_first_and_of_very_many_files_the_first_are_named():
    names = [f"f{n}" for n in range(SHOWN + 3)]
    head, *lines = Differences(new=names, changed=[], gone=["g"]).lines()
    assert head == f"{SHOWN + 3} new, 0 changed, 1 gone"
    assert lines[0].split() == ["new", "f0"]
    assert lines[SHOWN].split() == ["new", "…", "and", "3", "more"]
    assert lines[SHOWN + 1 :] == ["  gone     g"]
