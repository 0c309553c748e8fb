"""The container file: read only, since building it needs a registry of images."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
LINES = [
    line
    for line in TEXT.replace("\\\n", "").splitlines()
    if line and not line.startswith("#")
]


def test_every_line_is_an_instruction_and_the_base_has_a_version():
    known = {"FROM", "RUN", "COPY", "ENV", "WORKDIR", "ENTRYPOINT", "CMD"}
    assert {line.split()[0] for line in LINES} <= known
    assert re.fullmatch(r"FROM docker\.io/library/python:3\.11\.\d+-slim-\w+", LINES[0])


def test_only_the_lock_file_gets_into_the_image():
    ignored = [
        t
        for t in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if not t.startswith("#")
    ]
    assert ignored == ["*", "!requirements.lock"]
    assert [line.split()[1] for line in LINES if line.startswith("COPY")] == [
        "requirements.lock"
    ]


def test_it_installs_as_the_makefile_does_and_what_the_sandbox_needs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    version = re.search(r"^UV_VERSION := (\S+)$", makefile, re.M)[1]
    assert f"uv=={version} " in TEXT
    assert "--require-hashes" in TEXT
    installed = next(line for line in LINES if "apt-get install" in line)
    for package in re.findall(
        r"missing\+=\(([a-z0-9-]+)\)",
        (ROOT / "tools" / "system").read_text(encoding="utf-8"),
    ):
        assert f" {package} " in installed


def test_it_starts_the_command_line():
    assert 'ENTRYPOINT ["python", "-m", "autograder"]' in LINES
    assert 'CMD ["doctor"]' in LINES
