"""Results for the tests of reports: what a class hands in, without grading it, and texts that
want to break out.
"""

from hypothesis import strategies as st

from autograder import cli
from autograder.grade import result as results
from autograder.grade.result import Result, TaskResult, TestResult

EX1 = "ex1_rnn_cell"
CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"
WRONG = (
    f"✗ {CELL} is not right yet.\n  called    {CELL}(xt (10, 7))\n"
    "  found     `a_next` differs in all 28 entries\n"
    "  mistake   The hidden state went through a sigmoid.\n"
    "  hint      A sigmoid is never negative.\n"
    "  book      slips1_rnn_cell.html#slip-tanh"
)
BOX = (
    '<div class="unrolled-check"><b>✗</b><div>book</div>'
    "<div>slips1_rnn_cell.html#slip-tanh</div></div>"
)

EVIL = (
    "=cmd|'/c calc'!A1", "@SUM(1)", "+1+1", "-2+3", "\t=1", "\r=1", '"; drop', "a,b;c\td",
    "line\nbreak", "<script>", "]]>", "</pre><img src=x onerror=alert(1)>",
    "::set-output name=x::1", "##[error]x", "| a | b |", "`x`", "\x00\x1b[31m",
    "@octocat #1 https://example.org", "\u202egnp", "\ud800", "\uffff", "$x$", "&amp;",
    "José Ñandú 李",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(EVIL), st.text(), st.lists(st.sampled_from(EVIL)).map(" ".join)
)


def _hidden(points, passed=2, count=4):
    """Hidden tests of a function, the first of them passed."""
    share = points / count
    return [
        TestResult(
            f"test_values[{i}]",
            "values" if i else "shapes",
            "passed" if i < passed else "failed",
            share if i < passed else 0.0,
            share,
        )
        for i in range(count)
    ]


def right(task, points=10.0):
    """A function with all its points."""
    return TaskResult(
        task,
        points,
        points,
        "passed",
        None,
        f"✓ {task} is right.",
        "",
        _hidden(points, 4),
    )


def wrong(
    task=CELL,
    points=10.0,
    status="partial",
    mistake="sigmoid-for-tanh",
    message=WRONG,
    html=BOX,
):
    """A function with half its points."""
    had = points / 2 if status == "partial" else 0.0
    return TaskResult(
        task,
        had,
        points,
        status,
        mistake,
        message,
        html,
        _hidden(points, 2 if had else 0),
    )


def result(student="ann", tasks=None, assignment=EX1, **more):
    """A graded submission; unless told otherwise one function is right and the other in part."""
    tasks = [wrong(), right(SEQUENCE)] if tasks is None else tasks
    score = (
        None if any(t.points is None for t in tasks) else sum(t.points for t in tasks)
    )
    fields = {
        "score": score,
        "max_score": sum(t.max_points for t in tasks),
        "repairs": [],
    } | more
    return Result(assignment, student, 0, tasks=tasks, **fields)


def broken(student="ann"):
    """A submission on which the machinery failed."""
    task = TaskResult(
        CELL, None, 10.0, "error", None, "The grading machinery failed here.", "", []
    )
    return result(
        student,
        [task, right(SEQUENCE)],
        problem="the grading machinery failed; see the tasks",
    )


def refused(student="ann", why="the file is empty"):
    """A submission that could not be read."""
    tasks = [
        TaskResult(n, 0.0, 10.0, "missing", None, f"Not graded: {why}.", "", [])
        for n in (CELL, SEQUENCE)
    ]
    return result(student, tasks, problem=why)


def put(folder, *made):
    """Result files as `grade` writes them."""
    for one in made:
        path = folder / one.student / f"{one.assignment or 'unknown'}.json"
        results.write(one, path)
        results.write_text('{"seconds": 1.5}\n', path.with_suffix(".time.json"))
    return folder


def report(capfdbinary, *arguments):
    """Run the verb; exit code, standard output, standard error."""
    code = cli.main(["report", *map(str, arguments)])
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()
