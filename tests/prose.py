"""Find the prose in the course's sources: what is left when code, mathematics, targets and
addresses are blank.

Blanks keep every line and column in place, so that a word's line is the line in the file.
"""

import ast
import io
import re
import tokenize
from itertools import pairwise
from pathlib import Path

# in a fence's head and body: what is not prose; a directive's title and its contents are
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
CODE_CELL = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{code-cell\}[^\n]*\n(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
CELL_HEAD = re.compile(r"\A---\n.*?^---\n|\A(?::[^\n]*\n)+", re.MULTILINE | re.DOTALL)
WORDED = re.compile(
    r"^ +(?:alt|caption):(?: *>-?)?(?P<keep>[^\n]*\n(?:^ {6,}[^\n]*\n)*)", re.MULTILINE
)
BLOCKS = [
    re.compile(
        r"^(`{3,})\{(?:admonition|dropdown|glossary)\}(?P<keep>[^\n]*\n.*?)^\1[ ]*$",
        re.MULTILINE | re.DOTALL,
    ),
    re.compile(
        r"^(`{3,})\{explorable\}[^\n]*(?P<keep>\n.*?)^\1[ ]*$",
        re.MULTILINE | re.DOTALL,
    ),
    re.compile(
        r"^(`{3,})(?:\{(?:math|bibliography|tableofcontents)\})?[\w ]*\n.*?^\1[ ]*$",
        re.MULTILINE | re.DOTALL,
    ),
    re.compile(r"^---\n(?:\w[^\n]*\n)+---$", re.MULTILINE),
    re.compile(r"^(?:`{3,}|:{3,})(?:\{[\w:-]+\}(?P<keep>[^\n]*))?$", re.MULTILINE),
    re.compile(
        r"^:(?:name|class|label|open|filter|style|header-rows|widths|tags)\w*:[^\n]*$",
        re.MULTILINE,
    ),
    re.compile(r"^:(?:color|ref-type|outline):[^\n]*$", re.MULTILINE),
    re.compile(r"^eq-[\w-]+:(?P<keep>[^\n]*)$", re.MULTILINE),
    re.compile(r"^\([\w-]+\)=$", re.MULTILINE),
]
INLINE = [
    re.compile(r"\$\$.*?\$\$(?: \([\w-]+\))?", re.DOTALL),
    re.compile(r"(?<![\\$])\$[^$]+?\$"),
    re.compile(r"\{[\w:-]+\}`(?P<keep>[^`<]*)\s*<[^`>]*>`", re.DOTALL),
    re.compile(r"\{term\}`(?P<keep>[^`<]*)`", re.DOTALL),
    re.compile(r"\{[\w:-]+\}`[^`]*`", re.DOTALL),
    re.compile(r"(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.DOTALL),
    re.compile(r"!?\[(?P<keep>[^\]]*)\]\([^)]*\)", re.DOTALL),
    re.compile(r"\{\{[^}]*\}\}"),
    re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL),
    re.compile(r"https?://\S+|&\w+;"),
    # a path: from the root, of three parts and more, a host's, a file's with its folder
    re.compile(r"(?<![\w.])/[\w.-]+(?:/[\w.*-]+)*|\b[\w.-]+(?:/[\w.*#-]+){2,}"),
    re.compile(r"\b[\w-]+(?:\.[\w-]+)*(?:\.(?:io|org|com)\b|\.[\w-]+/)[\w./#-]*"),
    re.compile(r"\b[\w-]+/[\w-]+\.\w+|\b[\w-]+\.xsd\b"),
    # a name like ex1-rnn-cell
    re.compile(r"\b[a-z]+(?:\d|%s)(?:-\w+)+"),
]
HTML = [
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<(style|script|code|pre|kbd|samp)\b.*?</\1>", re.DOTALL),
    re.compile(r"<[^>]+>", re.DOTALL),
    re.compile(r"\{[\w.]+\}|&#?\w+;|https?://\S+"),
]
FEEDBACK = re.compile(
    r'^(?:symptom|hint) = (?P<keep>"(?:[^"\\]|\\.)*"|""".*?""")',
    re.MULTILINE | re.DOTALL,
)
CELL = re.compile(r"^# %%.*$", re.MULTILINE)
COMMENT = re.compile(r"^# ?", re.MULTILINE)
# comments that steer a tool, stubs and marker lines; the parameters' names and types in a
# numpydoc section
STEERING = re.compile(r"#(?::| noqa| fmt:| ruff| type:|!| ?-{3} |## (?:START|END))")
PARAMETER = re.compile(r"^ *[\w*, ]+ : [^\n]*$|^ *\w+ : *$|^ *-+$", re.MULTILINE)
SHAPED = re.compile(
    r"(?:\b\w+, )*\b\w+(?= \((?:n_|m|T_|\d))"
)  # names in a docstring, with the shape that they share
# a string with words in it; a raw one is a pattern, "outside …" a place in matplotlib's words
SENTENCE = re.compile(r"""f?["'](?!outside ).*[a-z,;:] [a-z]+ [a-z]""", re.DOTALL)
# without one of these words many others make no sentence, but a list of names or classes
LITTLE = re.compile(
    r"\b(?:a|all|an|and|are|as|at|be|by|for|from|has|in|is|it|no|not|of|on|only|or|than|that|the|"
    r"this|to|was|what|which|with|you|your)\b"
)
PREFIX = re.compile(r"""\b[rbfRBF]{1,2}(?=["'])|\\[ntr\\]|\{[^{}\n]*\}""")
IDENTIFIER = re.compile(r"[^\W\d]\w*")


def blank(text, pattern):
    """Return `text` with every match of `pattern` blank, but for its group `keep` and the ends of
    lines.
    """

    def spaces(match):
        whole, start = match[0], match.start()
        kept = (
            match.span("keep")
            if "keep" in pattern.groupindex and match["keep"] is not None
            else (start, start)
        )
        return "".join(
            letter if letter == "\n" or kept[0] <= at < kept[1] else " "
            for at, letter in enumerate(whole, start)
        )

    return pattern.sub(spaces, text)


def only(text, spans):
    """Return `text` with all blank that lies outside the spans `[(start, end), …]`."""
    out, at = [], 0
    for start, end in sorted(spans):
        out += [re.sub(r"[^\n]", " ", text[at:start]), text[start:end]]
        at = max(at, end)
    return "".join([*out, re.sub(r"[^\n]", " ", text[at:])])


def _without(text, patterns):
    for pattern in patterns:
        text = blank(text, pattern)
    return text


def markdown(text):
    """Return the prose of MyST Markdown, with captions, text alternatives, and the comments of
    its code cells.
    """
    text = blank(text, FRONT)

    def cell(match):
        body, start = match["body"], match.start("body") - match.start()
        head = CELL_HEAD.match(body)
        cut = head.end() if head else 0
        worded = only(
            body[:cut], [found.span("keep") for found in WORDED.finditer(body[:cut])]
        )
        rest = body[cut:]
        code = only(rest, []) if "remove-" in body[:cut] else comments(rest)
        return (
            only(match[0][:start], [])
            + worded
            + code
            + only(match[0][start + len(body) :], [])
        )

    return _without(CODE_CELL.sub(cell, text), BLOCKS + INLINE)


def _spans_of_code(text):
    """Yield the spans of comments and docstrings, and of strings that hold a sentence."""
    starts = [0, *(found.end() for found in re.finditer(r"\n", text))]

    def offset(line, column):
        return starts[line - 1] + column

    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and not STEERING.match(token.string):
            yield "comment", offset(*token.start), offset(*token.end)
    lines = text.split("\n")

    def byte_offset(line, column):
        return offset(line, len(lines[line - 1].encode()[:column].decode()))

    tree = ast.parse(text)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and ast.get_docstring(node, clean=False) is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            kind = "docstring" if id(node) in documented else "string"
            span = (
                byte_offset(node.lineno, node.col_offset),
                byte_offset(node.end_lineno, node.end_col_offset),
            )
            yield kind, *span


def names_of(text):
    """Return the names in Python code, variables and keys; those that may as well be English
    words are left out.
    """
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    names = {token.string for token in tokens if token.type == tokenize.NAME}
    names |= {
        token.string.strip("'\"") for token in tokens if token.type == tokenize.STRING
    }
    return {
        name
        for name in names
        if not name.isalpha() or len(name) < 4 or not name.islower()
    }


def is_sentence(string):
    """Return whether a string of code is prose: no pattern, and no bare list of names."""
    return bool(SENTENCE.match(string) and LITTLE.search(string))


def comments(text, names=None, messages=False):
    """Return the prose of Python code: comments and docstrings, and with `messages` the strings
    that hold a sentence.

    Where a name of the code stands in the prose, it is blank.
    """
    names = names_of(text) if names is None else names
    spans = [
        (start, end)
        for kind, start, end in _spans_of_code(text)
        if kind != "string" or (messages and is_sentence(text[start:end]))
    ]
    prose = _without(only(text, spans), [PREFIX, PARAMETER, SHAPED, *INLINE])
    return IDENTIFIER.sub(
        lambda found: " " * len(found[0]) if found[0] in names else found[0], prose
    )


def percent(text):
    """Return the prose of a py:percent notebook: its Markdown cells, and the comments and
    docstrings of its code.
    """
    edges = [0, *(found.start() for found in CELL.finditer(text)), len(text)]
    cells = [text[start:end].partition("\n") for start, end in pairwise(edges)]
    names = set().union(
        *(names_of(body) for head, _, body in cells if "[markdown]" not in head)
    )
    out = []
    for head, end, body in cells:
        if "[markdown]" in head:
            prose = _without(
                COMMENT.sub(lambda found: " " * len(found[0]), body), BLOCKS + INLINE
            )
        else:
            prose = comments(body, names)
        out += [" " * len(head), end, prose]
    return "".join(out)


def page(text):
    """Return the prose of an HTML page."""
    return _without(text, HTML)


def feedback(text):
    """Return the prose of a catalogue of mistakes: what a student reads."""
    return _without(
        only(text, [found.span("keep") for found in FEEDBACK.finditer(text)]), INLINE
    )


def messages(text):
    """Return the prose of a module: comments, docstrings and messages."""
    return comments(text, messages=True)


def program(text):
    """Return the prose of a program of the course's: none of it where it is no Python."""
    return messages(text) if "python" in text.partition("\n")[0] else ""


READERS = {
    "book/*.md": markdown,
    "*.md": markdown,
    "solutions/ex*.py": percent,
    "solutions/misconceptions/*.toml": feedback,
    "book/figures/*.py": messages,
    "autograder/publish/*.html": page,
    "autograder/publish/*.md": markdown,
    "autograder/**/*.py": messages,
    "unrolled/**/*.py": messages,
    "book/_ext/**/*.py": messages,
    "experiments/*.py": messages,
    "templates/**/*.md": markdown,
    "templates/**/ex*.py": percent,
    "tools/*": program,
}


def texts(root):
    """Yield the path of every file with prose, and its prose."""
    for glob, read in READERS.items():
        for path in sorted(Path(root).glob(glob)):
            if path.is_file():  # a folder of compiled code may lie beside them
                yield path, read(path.read_text(encoding="utf-8"))
