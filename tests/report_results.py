"""Results for the tests of reports: what a class hands in, without grading it, and texts that
want to break out.
"""

from dataclasses import replace

from hypothesis import strategies as st

from autograder import cli
from autograder.grade import result as results
from autograder.grade.result import Result, TaskResult, TestResult
from autograder.grade.told import Error, Feedback, Found, Mistake

EX1 = "ex1_rnn_cell"
CELL, SEQUENCE = "rnn_cell_forward", "rnn_forward"
MISTAKE = Mistake(
    "sigmoid-for-tanh",
    "The hidden state went through a sigmoid.",
    "A sigmoid is never negative.",
    "slips1_rnn_cell#slip-tanh",
)
WRONG = Feedback(
    call=f"{CELL}(xt (10, 7))",
    found=(Found("value", "a_next", "a_next", "differs in all 28 entries"),),
    mistake=MISTAKE,
    outputs=("a_next", "yt_pred", "cache"),
    section="ch1_rnn_cell#ch1-exercise",
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
        Feedback(right=True),
        _hidden(points, 4),
    )


def wrong(
    task=CELL,
    points=10.0,
    status="partial",
    feedback=WRONG,
    **more,
):
    """A function with half its points; `more` is put into its feedback."""
    had = points / 2 if status == "partial" else 0.0
    return TaskResult(
        task,
        had,
        points,
        status,
        replace(feedback, **more),
        _hidden(points, 2 if had else 0),
    )


def named(identity, symptom="x"):
    """A mistake of this id."""
    return replace(MISTAKE, id=identity, symptom=symptom)


def saying(text):
    """Feedback that says the same wherever it says something of a student's or a catalogue's."""
    return Feedback(
        before=(text,),
        call=text,
        notes=(text,),
        found=(Found("value", text, text, text), Found("shape", "", text, text)),
        raised=Error(text, text, 3, text, text),
        mistake=Mistake(text or "x", text, text, text),
        also=Mistake(text or "x", text, text, text),
        outputs=(text, f"{text}2"),
        section=text,
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
        CELL, None, 10.0, "error", Feedback("The grading machinery failed here.")
    )
    return result(
        student,
        [task, right(SEQUENCE)],
        problem="the grading machinery failed; see the tasks",
    )


def refused(student="ann", why="the file is empty"):
    """A submission that could not be read."""
    tasks = [
        TaskResult(n, 0.0, 10.0, "missing", Feedback(f"Not graded: {why}."))
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
