"""Figures that answer: their numbers are those of the references, whatever is set; each control
does what it says; each question can be answered.
"""

import re

import numpy as np
import pytest
from book_fixtures import build_book
from browsing import chromium, watch
from explorable import agrees, computed

# figure of each cell: its chapter, its name
FIGURES = {
    "lstm": ("ch4_lstm_backward", "fig-ch4-steps"),
    "pair": ("ch5_gru", "fig-ch5-steps"),
}
CELLS = {"lstm": ["lstm"], "pair": ["gru", "plain"]}
RUN = """([id, text, name]) => {
    const figure = explorable.figures.get(id);
    const setting = explorable.read(text);
    const run = explorable.run(figure.cell, setting, figure.networks);
    return {...(name === "plain" ? run.plain : run), x: run.x, setting};
}"""


class Touched:
    """A figure in an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.figure = page.locator(f"#{name}")
        self.figure.scroll_into_view_if_needed()
        page.locator(f"#{name}.touched").wait_for()

    def run(self, text, name=""):
        """All numbers of a setting."""
        return self.page.evaluate(RUN, [self.name, text, name])

    def now(self, name=""):
        """All numbers that the figure shows now, and its setting."""
        return self.page.evaluate(
            """([id, name]) => {
                const {run, setting} = explorable.figures.get(id);
                return {...(name === "plain" ? run.plain : run), x: run.x, setting};
            }""",
            [self.name, name],
        )

    def set(self, text):
        """Set the figure, with what is not named as at its opening."""
        self.page.evaluate(
            """([id, text]) => {
                const figure = explorable.figures.get(id);
                figure.set(explorable.read(text, figure.opening));
            }""",
            [self.name, text],
        )

    def slide(self, key, value):
        """Move a slider to a value."""
        slider = self.figure.locator(f"input[type=range][data-key={key}]")
        slider.evaluate(
            "(e, value) => { e.value = value;"
            " e.dispatchEvent(new Event('input', {bubbles: true})); }",
            value,
        )


@pytest.fixture(scope="module")
def pages():
    """A browser without a network, and what went wrong in it."""
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        page = context.new_page()
        wrong = watch(page)
        yield page
        assert wrong == []


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """Folder of the built book's pages."""
    return build_book(tmp_path_factory).html / "book"


@pytest.fixture(scope="module", params=FIGURES)
def touched(request, pages, html):
    """The figure of one cell, and which cell."""
    chapter, name = FIGURES[request.param]
    pages.goto((html / f"{chapter}.html").as_uri())
    return request.param, Touched(pages, name)


def random_settings(rng, how_many):
    """Settings as they stand in addresses."""
    for on in rng.choice(["sentence", "pulse", "noise", "hand"], how_many):
        n = rng.integers(8, 13)
        loss = np.flatnonzero(rng.random(n) < 0.4) + 1
        numbers = {"n": n, "seed": rng.integers(1, 99), "g": rng.integers(1, 19)}
        numbers |= {key: rng.integers(0, 41) / 10 for key in ("rec", "inp")}
        biases = ("bf", "bi", "bo", "bz", "br")
        numbers |= {key: rng.integers(-16, 17) / 2 for key in biases}
        numbers |= {key: rng.integers(0, 2) for key in ("ca", "cc")}
        lists = {
            "hand": rng.integers(-20, 21, 12) / 10,
            "loss": loss if len(loss) else [n],
        }
        entries = [f"{key}={value}" for key, value in numbers.items()]
        entries += [f"{key}={','.join(map(str, v))}" for key, v in lists.items()]
        yield f"on={on}&{'&'.join(entries)}"


FORWARD = {  # key in the figure: place in the reference's cache
    "lstm": {"a": 0, "c": 1, "aPrev": 2, "cPrev": 3, "f": 4, "i": 5, "cc": 6, "o": 7},
    "gru": {"a": 0, "aPrev": 1, "z": 2, "r": 3, "hh": 4},
    "plain": {"a": 0, "aPrev": 1},
}
DELTAS = {"lstm": "fico", "gru": "zrh", "plain": "a"}


def close(found, right):
    """Equal to nine digits, or to nine decimals of what is around 1."""
    np.testing.assert_allclose(found, np.squeeze(right), rtol=1e-9, atol=1e-9)


def agrees_with_the_reference(cell, found):
    right = computed(cell, found["setting"], found["x"])
    for q, d, cache, come, step in zip(
        found["q"], found["d"], right.caches, right.come, right.steps, strict=True
    ):
        for key, place in FORWARD[cell].items():
            close(q[key], cache[place])
        close(d["daNext"], come[0])
        close(d["daPrev"], step["da_prev"])
        close(np.squeeze(d["dx"]), step["dxt"])
        for letter in DELTAS[cell]:  # one example: a bias's gradient is its dz
            close(d[f"dz{letter}"], step[f"db{letter}"])
        if cell == "lstm":
            close(d["dcNext"], come[1])
            close(d["dcPrev"], step["dc_prev"])
            close(np.multiply(d["dc"], q["f"]), step["dc_prev"])
    for name, total in right.totals.items():
        close(np.squeeze(found["totals"][name]), total)


def test_every_number_is_the_reference_s(touched):
    kind, figure = touched
    rng = np.random.default_rng(18)
    for text in random_settings(rng, 40):
        for cell in CELLS[kind]:
            found = figure.run(text, cell)
            agrees_with_the_reference(cell, found)


def test_a_wrong_number_would_be_seen(touched):
    kind, figure = touched
    found = figure.run("on=noise&loss=12", CELLS[kind][0])
    found["d"][3]["daPrev"][1] += 1e-7
    with pytest.raises(AssertionError):
        agrees_with_the_reference(CELLS[kind][0], found)


EDGES = """id => {
    const figure = document.getElementById(id), buttons = [...figure.querySelectorAll(".xp-tag")];
    return buttons.map(button => {
        button.click();
        const shown = figure.querySelector(".xp-shown");
        return {
            key: button.dataset.of, pressed: button.getAttribute("aria-pressed"),
            name: button.querySelector(".said").textContent,
            values: [...button.querySelectorAll(".value:not([hidden])")].map(e => e.textContent),
            sums: [...shown.querySelectorAll(".sum")].map(e => e.textContent),
            link: shown.querySelector("a")?.getAttribute("href"),
            number: shown.querySelector("a")?.textContent,
        };
    });
}"""


def value_of(found, key, t):
    """The numbers under a drawing's key at a step."""
    way = found["setting"]["way"]
    q, d = found["q"][t - 1], found["d"][t - 1]
    first, second = (d, q) if way == "backward" else (q, d)
    values = first[key] if key in first else second[key]
    if key in ("x", "dx"):
        x = found["x"][t - 1]
        return [values[x.index(1) if len(x) > 1 else 0]]
    return values


@pytest.mark.parametrize("way", ["forward", "backward"])
@pytest.mark.parametrize(
    "rest", ["on=noise&loss=12&n=10&bf=1&bz=1&t=4", "on=sentence&g=4&t=9"]
)
def test_every_edge_shows_its_numbers_and_how_they_come_about(touched, way, rest):
    kind, figure = touched
    figure.set(f"{rest}&way={way}")
    all_numbers = {
        "": figure.now(),
        "plain": figure.now("plain") if kind == "pair" else None,
    }
    edges = figure.page.evaluate(EDGES, figure.name)
    assert len(edges) >= 12
    for edge in edges:
        assert edge["pressed"] == "true"
        whose, _, key = edge["key"].rpartition(".")
        found = all_numbers[whose]
        values = value_of(found, key, found["setting"]["t"])
        assert len(values) == len(edge["values"]) == len(edge["sums"])
        for written, value, line in zip(
            edge["values"], values, edge["sums"], strict=True
        ):
            assert agrees(written, value), (edge, value)
            if "=" in line:
                shown = line.split("= ")[1].removesuffix(" (loss + carry)")
                assert agrees(shown, value), (line, value)
        assert "unit 1" in edge["name"] or key in ("x", "dx")
        assert re.fullmatch(r"\(\d+\.\d+\)", edge["number"])
        assert re.search(r"#equation-eq-ch[1-5]-", edge["link"])


def plainly(line):
    """An arithmetic line as Python reads it."""
    formula = line.split(": ", 1)[-1].split(" (loss")[0]
    for sign, python in [("×", "*"), ("−", "-"), ("²", "**2"), ("·10", "*10^")]:
        formula = formula.replace(sign, python)
    return formula


def test_a_product_that_is_shown_is_its_value(touched):
    _, figure = touched
    figure.set("on=sentence&g=4&t=9&way=backward")
    lines = [
        line
        for edge in figure.page.evaluate(EDGES, figure.name)
        for line in edge["sums"]
    ]
    plain = [plainly(line) for line in lines if "=" in line and "hands" not in line]
    counted = 0
    for line in plain:
        left, right = line.split(" = ")
        if re.fullmatch(r"[\d.+\-*() ]+", left + right):
            assert abs(eval(left) - float(right)) < 0.05, (
                line
            )  # two digits in, two digits out
            counted += 1
    assert counted >= 10


# of each cell: a setting, what its arithmetic says, and what the chapter says about it
SAID = {
    "lstm": (
        "t=9&pick=dcPrev",
        "unit 1: 0.58 × 0.09 = 0.05",
        "0.58 comes in, 0.05 goes on",
    ),
    "pair": ("t=9&pick=kept", "unit 1: 0.05 × 0.66 = 0.03", "of unit 1 is at 0.05"),
}


def test_the_chapters_words_are_about_these_numbers(touched):
    kind, figure = touched
    setting, arithmetic, words = SAID[kind]
    figure.set(setting)
    assert arithmetic in figure.figure.locator(".xp-shown").inner_text()
    assert words in figure.figure.locator(".xp-note").inner_text()
    figure.set(f"{setting}&rec=2")  # then the words are about other numbers
    assert words not in figure.figure.locator(".xp-note").inner_text()


SLIDERS = {
    "lstm": ["bf", "bi", "bo", "rec", "inp", "g", "n"],
    "pair": ["bz", "br", "rec", "inp", "g", "n"],
}


def test_each_slider_moves_by_keyboard_and_says_its_value(touched):
    kind, figure = touched
    figure.set("on=noise&loss=8&n=10&t=3&way=backward")
    for key in SLIDERS[kind]:
        slider = figure.figure.locator(f"input[data-key={key}]")
        before, said = figure.now(), slider.get_attribute("aria-valuetext")
        assert len(slider.get_attribute("aria-label")) > 8
        slider.press("ArrowLeft")
        after = figure.now()
        step = (
            0.5 if key in ("bf", "bi", "bo", "bz", "br") else 1 if key in "gn" else 0.1
        )
        assert after["setting"][key] == pytest.approx(before["setting"][key] - step)
        assert slider.get_attribute("aria-valuetext") != said
        changed = after["q"] != before["q"]
        assert changed or key == "n"
        for cell in CELLS[kind]:
            agrees_with_the_reference(cell, figure.now(cell))
    assert len(figure.now()["x"]) == 9


def test_switches_cut_a_carry_and_place_the_loss(touched):
    kind, figure = touched
    figure.set("on=noise&loss=12&t=11&way=backward")
    box = figure.figure.locator
    for key, came in [("ca", "daNext"), ("cc", "dcNext")][: 2 if kind == "lstm" else 1]:
        assert np.abs(figure.now()["d"][10][came]).max() > 0
        box(f"input[data-key={key}]").press("Space")
        assert figure.now()["d"][10][came] == [0, 0]
        for cell in CELLS[kind]:
            agrees_with_the_reference(cell, figure.now(cell))
        box(f"input[data-key={key}]").press("Space")
    box("input[data-key=loss]").press("Space")
    assert figure.now()["setting"]["loss"] == [11, 12]
    assert figure.now()["d"][10]["fromLoss"] == [1, 0]
    box("select[aria-label='Where the loss sits']").select_option("every")
    assert figure.now()["setting"]["loss"] == list(range(1, 13))
    box("select[aria-label='Where the loss sits']").select_option("last")
    assert figure.now()["setting"]["loss"] == [12]


def test_an_input_is_chosen_and_drawn(touched):
    _, figure = touched
    figure.set("on=sentence&t=2")
    box = figure.figure.locator
    choose = box("select[aria-label='Input sequence']")
    choose.select_option("noise")
    noise = figure.now()["x"]
    assert len({entry for (entry,) in noise}) > 8
    box("button", has_text="other noise").click()
    assert figure.now()["x"] != noise
    choose.select_option("pulse")
    assert figure.now()["x"] == [[1]] + 11 * [[0]]
    choose.select_option("hand")
    box("input[data-key=hand]").press("ArrowRight")
    assert figure.now()["x"][1] == [pytest.approx(0.1)]
    pen = box(".xp-pen").bounding_box()
    middle = pen["y"] + pen["height"] / 2
    mouse, column = figure.page.mouse, pen["width"] / 12
    mouse.move(pen["x"] + 3.5 * column, middle - 12)
    mouse.down()
    mouse.move(pen["x"] + 5.5 * column, middle + 18, steps=4)
    mouse.up()
    drawn = [entry for (entry,) in figure.now()["x"]]
    assert drawn[3] == pytest.approx(1, abs=0.1)
    assert drawn[5] == pytest.approx(-1.5, abs=0.1)
    assert figure.now()["setting"]["t"] == 6


def test_steps_and_directions(touched):
    _, figure = touched
    figure.set("on=sentence&t=5&way=forward")
    box = figure.figure.locator
    box("button[aria-label='One step on']").click()
    box(".xp-scrub").press("ArrowRight")
    assert figure.now()["setting"]["t"] == 7
    assert box(".xp-scrub").get_attribute("aria-valuetext").startswith("7 of 12, and;")
    strip = box(".xp-scrub").bounding_box()
    figure.page.mouse.click(strip["x"] + strip["width"] * 1.5 / 12, strip["y"] + 150)
    assert figure.now()["setting"]["t"] == 2
    box("button", has_text="backward").click()
    assert box(".xp-cell.backward").count() == 1
    assert box(".xp-cell.forward").count() == 0
    box("button", has_text="start again").click()
    opening = figure.page.evaluate(
        "id => explorable.figures.get(id).opening", figure.name
    )
    assert figure.now()["setting"] == opening


def test_arrow_keys_walk_over_the_numbers_and_enter_shows_one(touched):
    _, figure = touched
    figure.set("on=sentence&g=4&t=9&way=backward&pick=dx")
    tags = figure.figure.locator(".xp-tag")
    stops = tags.evaluate_all("all => all.filter(e => e.tabIndex === 0).length")
    assert stops == 1
    start = "daNext"
    figure.figure.locator(f".xp-tag[data-of={start}]").focus()
    seen = {start}
    for arrow in [
        "ArrowUp",
        *4 * ["ArrowLeft"],
        *3 * ["ArrowDown"],
        *4 * ["ArrowRight"],
    ]:
        figure.page.keyboard.press(arrow)
        seen.add(figure.page.evaluate("document.activeElement.dataset.of"))
    assert len(seen) >= 6
    focused = figure.page.evaluate("document.activeElement.dataset.of")
    figure.page.keyboard.press("Enter")
    assert figure.now()["setting"]["pick"] == focused
    status = figure.figure.locator("[role=status]")
    figure.page.wait_for_function(
        "e => e.textContent.startsWith('Step 9, shutters: ')",
        arg=status.element_handle(),
    )


def length(found, key, t):
    """Length of a gradient at a step."""
    return np.linalg.norm(found["d"][t - 1][key])


def share(key):
    """How much of a gradient at the last step is there at the first."""
    return lambda now: length(now, key, 1) / length(now, key, len(now["x"]))


def first_unit(what, key, t):
    """Unit 1's number at a step."""
    return lambda now: now[what][t - 1][key][0]


# cell, question: whose numbers, what to do, and what is to be measured, before and after
ANSWERS = [
    ("lstm", "survive", "", {"bf": 2.5}, share("dc"), (0, 0.01), (0.5, 2)),
    ("lstm", "switch", "", {"cc": 1}, share("dc"), (0, 1e-6), (0.5, 10)),
    (
        "lstm",
        "wiped",
        "",
        {"t": 9},
        first_unit("d", "dcPrev", 9),
        (0.04, 0.06),
        (0.04, 0.06),
    ),
    ("lstm", "sure", "", {"g": 4}, first_unit("d", "dzc", 2), (0, 0.01), (0.1, 1)),
    ("lstm", "count", "", {"bf": -2}, first_unit("q", "c", 12), (11, 12), (0, 2)),
    ("lstm", "leak", "", {"bf": -7}, first_unit("q", "c", 5), (0, 0.1), (0.5, 1)),
    ("pair", "vanish", "plain", {"rec": 2.0}, share("daNext"), (0, 0.01), (0.5, 10)),
    ("pair", "vanish", "plain", {"inp": 0.1}, share("daNext"), (0, 0.01), (0.5, 1)),
    (
        "pair",
        "explode",
        "plain",
        {"inp": 0.5},
        share("daNext"),
        (2047.9, 2048.1),
        (0, 10),
    ),
    ("pair", "dial", "", {"bz": 3}, share("daNext"), (0, 0.01), (0.5, 1)),
    (
        "pair",
        "same",
        "",
        {"bz": -8, "br": 8},
        first_unit("q", "z", 12),
        (0.3, 0.7),
        (0, 0.01),
    ),
    ("pair", "hold", "", {"bz": -3}, first_unit("q", "a", 5), (0.5, 1), (-1, 0)),
]


def test_each_question_has_an_answer(touched):
    kind, figure = touched
    verdict = figure.figure.locator(".xp-verdict")
    choose = figure.figure.locator("select[aria-label='A question to try']")
    answered = set()
    for cell, question, whose, moves, measure, before, after in ANSWERS:
        if cell != kind:
            continue
        choose.select_option(question)
        assert "So far" in verdict.inner_text(), question
        assert before[0] <= measure(figure.now(whose)) <= before[1], question
        for key, value in moves.items():
            if key == "t":
                figure.figure.locator(".xp-scrub").fill(str(value))
            elif key == "cc":
                figure.figure.locator("input[data-key=cc]").click()
            else:
                figure.slide(key, value)
        assert "Done" in verdict.inner_text(), question
        assert after[0] <= measure(figure.now(whose)) <= after[1], question
        agrees_with_the_reference(CELLS[kind][0], figure.now())
        answered.add(question)
    values = choose.locator("option").evaluate_all("all => all.map(e => e.value)")
    assert answered == {value for value in values if value}


def test_a_setting_is_in_the_address(touched, html):
    kind, figure = touched
    page, bias = figure.page, {"lstm": "bf", "pair": "bz"}[kind]
    figure.set("on=noise&loss=12")
    figure.slide(bias, 2.5)
    page.wait_for_function(f"location.hash.includes('{bias}=2.5')")
    address = page.evaluate("location.href")
    page.goto("about:blank")
    page.goto(address.replace("~", "%7E"))  # as some letter boxes write it
    page.locator(f"#{figure.name}.touched").wait_for()
    assert figure.now()["setting"][bias] == 2.5
    assert figure.now()["setting"]["on"] == "noise"
    assert -50 <= figure.figure.bounding_box()["y"] < 900
    figure.page.evaluate(
        f"location.hash = '#{figure.name}~{bias}=99&rec=x&t=7&on=tea&zz=1&loss=,'"
    )
    figure.page.wait_for_function(
        f"explorable.figures.get('{figure.name}').setting.t === 7"
    )
    setting = figure.now()["setting"]
    assert setting[bias] == 8
    assert (setting["rec"], setting["on"]) == (1, "sentence")


def test_a_reader_s_own_function_drives_it(touched):
    kind, figure = touched
    figure.set("on=noise&t=3&way=forward")
    gate = {"lstm": "f", "pair": "z"}[kind]
    given = figure.page.evaluate(
        """async ([id, gate]) => {
            let given;
            await explorable.drive(id, async what => {
                given = what;
                return what.x.map(() => ({[gate]: [0.25, 0.75]}));
            });
            return given;
        }""",
        [figure.name, gate],
    )
    assert len(given["x"]) == 12
    assert f"W{gate}" in given["parameters"]
    tag = figure.figure.locator(f".xp-tag[data-of={gate}]")
    assert tag.locator(".value").all_inner_texts() == ["0.25", "0.75"]
    marked = figure.figure.locator(".xp-tag.differs")
    assert marked.evaluate_all("all => all.map(e => e.dataset.of)") == [gate]
    figure.page.evaluate("id => explorable.drive(id, null)", figure.name)
    assert marked.count() == 0
    with pytest.raises(
        Exception, match="no figure fig-none in this page; there are: fig-"
    ):
        figure.page.evaluate("async () => explorable.drive('fig-none', null)")
