"""The text of chapter 7: *The Time Machine*, by its hash; without it, the chapters of this book."""

import hashlib
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pooch

NAME = "The Time Machine"
URL = "https://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt"
SHA256 = "8424dbd9532ac81f7e5f0b6add90e6952baea29158309d7d1bf3884f4e12c516"
LOCAL = "UNROLLED_TEXT"  # environment variable that names a local copy
CHAPTERS = Path(__file__).resolve().parents[1] / "book"
# a token is an index into it; ? stands for what is none of the others
VOCABULARY = "?abcdefghijklmnopqrstuvwxyz "


@dataclass(frozen=True)
class Text:
    """A cleaned text and where it comes from."""

    name: str
    sha256: str
    clean: str

    @property
    def tokens(self):
        """The text by number."""
        return encode(self.clean)

    def described(self):
        """What the data files say of it."""
        return {
            "text": self.name,
            "text_sha256": self.sha256,
            "text_characters": len(self.clean),
        }


def load(say=print):
    """The Time Machine, from a local copy or fetched once; else, after a message to `say`, the
    book's chapters.
    """
    path = os.environ.get(LOCAL)
    try:
        return _novel(Path(path) if path else _fetched())
    except (OSError, ValueError) as error:  # no file or no network; a wrong hash
        say(f"{NAME} is not to be had: {_reason(error)}")
        say(
            "Training on the text of this book's own chapters instead. "
            f"{LOCAL}=PATH names a local copy."
        )
        return embedded()


def embedded(folder=CHAPTERS):
    """The prose of the book's chapters, without code and formulas."""
    raw = "".join(
        path.read_text(encoding="utf-8") for path in sorted(folder.glob("ch*.md"))
    )
    prose = re.sub(
        r"^---\n.*?^---\n|^```.*?^```\n|^\$\$.*?^\$\$",
        "",
        raw,
        flags=re.DOTALL | re.MULTILINE,
    )
    return Text(
        "the chapters of Unrolled",
        hashlib.sha256(raw.encode()).hexdigest(),
        cleaned(prose),
    )


def _fetched():
    pooch.get_logger().setLevel(logging.WARNING)
    return Path(
        pooch.retrieve(
            URL,
            f"sha256:{SHA256}",
            fname="timemachine.txt",
            path=pooch.os_cache("unrolled"),
        )
    )


def _novel(path):
    raw = path.read_bytes()
    if (found := hashlib.sha256(raw).hexdigest()) != SHA256:
        raise ValueError(f"{path} has the SHA-256 {found}, expected {SHA256}")
    return Text(NAME, SHA256, cleaned(raw.decode("utf-8")))


def _reason(error):
    """The first line of what went wrong."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def cleaned(raw):
    """Lower-case letters and spaces: line by line, what is no letter becomes a space; lines
    joined by nothing.
    """
    return "".join(
        re.sub("[^a-z]+", " ", line.lower()).strip() for line in raw.splitlines()
    )


def encode(text):
    """Tokens of a text: each character's place in the vocabulary."""
    place = {character: number for number, character in enumerate(VOCABULARY)}
    return np.array([place.get(character, 0) for character in text])


def decode(tokens):
    """The text of tokens."""
    return "".join(VOCABULARY[token] for token in tokens)
