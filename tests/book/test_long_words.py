"""On a phone a long word of code breaks, and a short one never does."""

from book_fixtures import extension
from tables import each_row

long_words = extension("long_words")


@each_row(
    ("word", "breaks"),
    [
        ("--files", False),
        ("x" * long_words.LONG, False),
        ("&lt;" * long_words.LONG, False),
        ("x" * (long_words.LONG + 1), True),
        ("grading/submitted/STUDENT/EXERCISE", True),
    ],
)
def test_only_a_long_word_may_break(word, breaks):
    body = f'<code class="literal"><span class="pre">{word}</span></code>'
    context = {"body": body}
    long_words.mark(None, "book/teach_grade", "page.html", context, None)
    assert (context["body"] != body) is breaks
    assert context["body"].replace("pre long", "pre") == body
