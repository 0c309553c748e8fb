"""What Gradescope takes as a `results.json`."""

import json

import pytest

TOP = {
    "score": (int, float), "execution_time": (int, float),
    "output": str, "output_format": str, "test_output_format": str, "test_name_format": str,
    "visibility": str, "stdout_visibility": str, "extra_data": dict, "tests": list,
}  # fmt: skip
TEST = {
    "score": (int, float), "max_score": (int, float), "status": str,
    "name": str, "name_format": str, "number": str, "output": str, "output_format": str,
    "tags": list, "visibility": str, "extra_data": dict,
}  # fmt: skip
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


def accepted(text):
    """A results.json as the specification has it (Autograder Specifications, "Output format");
    None if refused.
    """
    data = json.loads(
        text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON")
    )
    for found, fields in (
        (data, TOP),
        *((test, TEST) for test in data.get("tests", [])),
    ):
        assert set(found) <= set(fields)
        for key, value in found.items():
            assert isinstance(value, fields[key]), key
            assert not isinstance(value, bool), key
        assert {found[key] for key in found if key.endswith("_format")} <= FORMATS
        assert {
            found[key] for key in found if key.endswith("visibility")
        } <= VISIBILITIES
    assert all(
        test.get("status") in ("passed", "failed") for test in data.get("tests", [])
    )
    if "score" in data or (
        data.get("tests") and all("score" in test for test in data["tests"])
    ):
        return data
    return None
