"""What a result was made from, and in words what of that is another one now."""

from dataclasses import replace
from pathlib import Path

from tables import each_row

from autograder.batch.provenance import CAUSES, NO_CAUSE, causes_text, fingerprint
from autograder.collect.hand_in import HandIn
from autograder.grade.result import Result

OLD = Result("ex1", "ann", 0, 1.0, 2.0, [], [], versions=dict.fromkeys(CAUSES, "1"))


@each_row(
    ("changed", "seed", "text"),
    [
        ((), 0, NO_CAUSE),
        (("tests",), 0, "the tests changed"),
        (("numpy", "submission"), 0, "the submission changed and numpy changed"),
        (("limits",), 3, "the limits changed and another seed"),
    ],
)
def test_what_changed_is_told_in_one_order(changed, seed, text):
    versions = OLD.versions | dict.fromkeys(changed, "2")
    assert causes_text(OLD, replace(OLD, versions=versions, seed=seed)) == text


def test_a_version_that_an_old_result_lacks_is_another_one():
    new = replace(OLD, versions=OLD.versions | {"python": "3.11"})
    old = replace(
        OLD, versions={k: v for k, v in OLD.versions.items() if k != "python"}
    )
    assert causes_text(old, new) == "Python changed"


def test_a_fingerprint_is_that_of_the_bytes_and_of_what_was_said_of_the_file(tmp_path):
    def printed(text, **said):
        path = tmp_path / "a.ipynb"
        path.write_text(text)
        return fingerprint(HandIn("ann", "ex1", path, **said))

    assert printed("{}") == printed("{}")
    assert len({printed("{}"), printed("{ }"), printed("{}", note="of two")}) == 3


def test_what_cannot_be_read_has_a_fingerprint_by_its_reason():
    def printed(problem):
        return fingerprint(HandIn("ann", "ex1", Path("nowhere"), problem=problem))

    assert printed("it is empty") == printed("it is empty") != printed("it is a link")
