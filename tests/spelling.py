"""Look for words that neither Hunspell's British dictionary nor the course's own list knows:
`make spelling`.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from prose import texts

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "book" / "words.txt"
# letters with inner apostrophes; what touches a digit or an underscore is an identifier
WORD = re.compile(r"(?<![\w.@])[^\W\d_]+(?:['’][^\W\d_]+)*(?!\w)")
MIXED = re.compile(r"[^\W\d_][a-z]*[A-Z]")
ENDING = re.compile(r"(?<!^se)(?<!^pr)iz(?=(?:e|es|ed|er|ers|ing|ation|ations|able)$)")


def hunspell(words, *options):
    """Give `words` to Hunspell, one a line, and return the lines that it says."""
    command = ["hunspell", "-i", "utf-8", "-d", "en_GB", *options]
    done = subprocess.run(
        command,
        input="\n".join(words),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


def available():
    """Return whether this machine has Hunspell and its British dictionary."""
    if not shutil.which("hunspell"):
        return False
    return (
        subprocess.run(
            ["hunspell", "-d", "en_GB", "-l"], input="", capture_output=True, text=True
        ).returncode
        == 0
    )


def own_words(path=WORDS):
    """Return the course's own words; one in small letters stands for its capitalised form too."""
    return path.read_text(encoding="utf-8").split()


def words_of(text):
    """Yield (line, word) of a prose, the possessive's ending left out."""
    for number, line in enumerate(text.split("\n"), start=1):
        for found in WORD.finditer(line):
            word = re.sub(r"'s?$", "", found[0].replace("’", "'"))
            if len(word) > 1 and not MIXED.match(word):
                yield number, word


def unknown(words):
    """Return those of `words` that the dictionary does not know, and those that it would also
    spell with -ise.
    """
    words = sorted(set(words))
    wrong = set(hunspell(words, "-l"))
    twins = {ENDING.sub("is", word): word for word in words if ENDING.search(word)}
    wrong |= {twins[word] for word in set(twins) - set(hunspell(sorted(twins), "-l"))}
    return wrong


def mistakes(pages, own):
    """Return [(path, line, word), …] of the words that are spelt wrong in `pages`, pairs of a
    path and its prose.
    """
    found = [
        (path, line, word) for path, text in pages for line, word in words_of(text)
    ]
    known = set(own)
    wrong = {
        word
        for word in unknown(word for *_, word in found)
        if not {word, word.lower()} & known
    }
    return [place for place in found if place[2] in wrong]


def unused(pages, own):
    """Return those of the course's own words that no text has."""
    found = {word for _, text in pages for _, word in words_of(text)}
    return sorted(set(own) - found - {word.lower() for word in found})


def suggestions(words):
    """Return what Hunspell would write instead, by the word."""
    out = {}
    for line in hunspell(sorted(set(words)), "-a"):
        if line.startswith("&"):
            head, _, rest = line.partition(": ")
            out[head.split()[1]] = rest.split(", ")[:3]
    return out


def report(found, root=ROOT):
    """Return a line for each mistake: file, line, word, and what may be meant."""
    instead = suggestions(word for *_, word in found)
    return [
        f"{Path(path).relative_to(root)}:{line}: {word}"
        + (f" ({', '.join(instead[word])}?)" if word in instead else "")
        for path, line, word in found
    ]


def main():
    """Print the mistakes, and return 1 if there are any."""
    if not available():
        print(
            "spelling: needs Hunspell and its British dictionary: tools/system spelling",
            file=sys.stderr,
        )
        return 2
    found = mistakes(texts(ROOT), own_words())
    print("\n".join(report(found)) or "spelling: no mistake found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
