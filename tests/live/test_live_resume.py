"""Python goes on from its first start in a browser; where that cannot be, it starts anew."""

from live_pages import FIRST, LONG, ExercisePage
from sweeps import sweep

NEXT = "ex3_lstm_forward"
WHICH = """import random
import numpy as np

print(hash("carry"), random.random(), np.random.default_rng().random(), np.ones(3) @ np.ones(3))"""
SPOILED = """async ([was, is]) => {
    const letters = (text) => new TextEncoder().encode(text);
    for (const name of await caches.keys()) {
        const store = await caches.open(name);
        for (const {url} of await store.keys()) {
            if (!url.includes('/started?')) continue;
            const taken = new Uint8Array(await (await store.match(url)).arrayBuffer());
            const head = new TextDecoder('latin1').decode(taken.subarray(0, 2000));
            const at = head.indexOf(was);
            if (at < 0) return false;
            taken.set(letters(is), at);
            await store.put(url, new Response(taken));
        }
    }
    return true;
}"""


def which_python(page, host, assignment):
    """Which start of Python it is that runs in an exercise's page, and what it draws there."""
    exercise = ExercisePage(page, host, assignment).go()
    run = page.get_by_role("button", name="Run ").first
    task = run.get_attribute("aria-label").removeprefix("Run ")
    exercise.write(task, WHICH)
    run.click()
    shown = exercise.cell(task).locator(".live-stdout")
    shown.wait_for(timeout=LONG)
    start, *drawn, product = shown.inner_text().split()
    assert product == "3.0"
    exercise.wait_start_kept()
    return start, drawn  # each start of Python has its own hashes of texts


@sweep
def test_the_next_page_goes_on_from_the_first_start_if_it_fits(reader, host):
    page = reader.window()
    first, drawn = which_python(page, host, FIRST)
    second, others = which_python(page, host, NEXT)
    assert second == first
    assert not set(drawn) & set(others)
    assert page.evaluate(SPOILED, ['"table":1', '"table":2'])  # functions are elsewhere
    third, _ = which_python(page, host, FIRST)
    assert third != first
    fourth, _ = which_python(page, host, NEXT)
    assert fourth == third  # kept in place of what did not fit


def test_another_browsers_start_is_not_gone_on_from(reader, host):
    """Nor this one's from before an update."""
    page = reader.window()
    code = ExercisePage(page, host, FIRST).go().code
    read = """async ([code, mine]) => {
        const {readTaken} = await import(code + 'resume.js');
        const text = JSON.stringify(
            {engine: mine ? navigator.userAgent : 'another', size: 0, parts: [], files: []});
        const head = new TextEncoder().encode(text);
        const taken = new Blob([new Uint32Array([head.length]), head]);
        return Boolean(readTaken(await taken.arrayBuffer()));
    }"""
    assert page.evaluate(read, [code, True])
    assert not page.evaluate(read, [code, False])


def test_where_nothing_can_be_kept_a_second_worker_is_warmed(reader, host, right):
    """As in some browsers' private windows: Python answers, and Stop need not wait for a start."""

    def without_stores(route):
        answer = route.fetch()
        assert "caches.open(this.name)" in answer.text()
        text = answer.text().replace("caches.open(this.name)", "missing.open()")
        route.fulfill(response=answer, body=text)

    page = reader.window()
    page.route("**/kept.js", without_stores)
    exercise = ExercisePage(page, host, FIRST).go()
    exercise.write("rnn_cell_forward", right["rnn_cell_forward"])
    assert exercise.check("rnn_cell_forward").inner_text().startswith("✓")
    page.wait_for_function(
        """async code => {
            const {python} = await import(code + 'exercise.js');
            return python.runner?.keeps === false && python.reserve !== null;
        }""",
        arg=exercise.code,
        timeout=LONG,
    )
