// The parts of a figure in the page, and the texts that the page holds for it.
{
  const { make, valuesOf } = explorable;

  const LEGEND = {
    lstm: {
      backward: "length of <b class=first><i>dc</i></b> and <b class=second><i>da</i></b>",
      forward: "unit 1: <b class=first><i>c</i></b> and <b class=second><i>a</i></b>",
    },
    pair: {
      backward: "length of <i>da</i>: <b class=first>GRU</b>, <b class=second>plain network</b>",
      forward: "<i>a</i> of unit 1: <b class=first>GRU</b>, <b class=second>plain network</b>",
    },
  };

  const PLACES =
    "Two numbers stand at each place: unit 1 above unit 2, and behind them how large they are. ";
  const KEY = {
    forward:
      `${PLACES}A gate is a door, open where it is empty. ` +
      "The curves show unit 1 at every step; drag over them to go to another.",
    backward:
      `${PLACES}The thicker a dashed line, the more gradient it carries. ` +
      "A triangle marks where the loss reads unit 1. " +
      "The curves are on a logarithmic scale; drag over them to go to another step.",
  };

  function questions(cell, act) {
    const head = make("div", { class: "xp-head" });
    const titles = explorable.presets[cell].map(([key, , title]) => [key, title]);
    const options = { "": "choose a question", ...Object.fromEntries(titles) };
    const ask = explorable.choice("try", "A question to try", options, act.ask);
    const question = make("p", { class: "xp-question" });
    head.append(ask.row, question);
    return { head, ask, question };
  }

  // Direction, step, and what to do with a setting.
  function top(act) {
    const { button } = explorable;
    const row = make("div", { class: "xp-top" });
    const ways = make("div", { class: "xp-ways", role: "group", "aria-label": "Direction" });
    for (const way of ["forward", "backward"]) {
      const one = button(way, `Show the ${way} pass`, () => act.change({ way, pick: "" }));
      one.dataset.way = way;
      ways.append(one);
    }
    const walk = make("div", { class: "xp-walk", role: "group", "aria-label": "Step" });
    const now = make("span", { class: "xp-now", "aria-hidden": "true" });
    walk.append(
      button("‹", "One step back", () => act.step(-1)),
      now,
    );
    walk.append(button("›", "One step on", () => act.step(1)));
    const copy = button("copy link", "Copy link: it leads to this setting", act.copy);
    const again = button("start again", "Start again, with this figure's first setting", act.reset);
    row.append(ways, copy, walk, again);
    return { row, ways, now };
  }

  // A narrow screen shows the hand's controls when they are asked for.
  function unfolding(grid) {
    const { button } = explorable;
    const unfold = button("weights, loss, input", "Weights, loss and input", () => set(!open));
    unfold.classList.add("xp-unfold");
    let open;
    const set = (whole) => {
      open = whole;
      unfold.setAttribute("aria-expanded", String(open));
      grid.classList.toggle("whole", open);
    };
    set(false);
    return unfold;
  }

  // The parts of the page, in the order in which they are read.
  function build(cell, act) {
    const app = make("div", { class: `xp xp-${cell}` });
    const { head, ask, question } = questions(cell, act);
    const { row, ways, now } = top(act);
    const [place, shown, note] = ["place", "shown", "note"].map((name) =>
      make("div", { class: `xp-${name}` }),
    );
    const strip = explorable.strip((t) => act.change({ t }), act.draw);
    const legend = make("p", { class: "xp-legend" });
    const controls = explorable.controls(cell, act.change);
    const status = make("p", { class: "xp-status", role: "status", "aria-live": "polite" });
    const grid = make("div", { class: "xp-grid" });
    const unfold = unfolding(grid);
    grid.append(head, row, place, shown, note, strip.field, legend, unfold, ...controls.groups);
    app.append(grid, status);
    return { app, ask, question, ways, now, place, shown, strip, legend, controls, note, status };
  }

  // The texts that the page holds: what is said at each word, and where each equation is.
  function fromPage(stage) {
    const notes = [...stage.querySelectorAll(".explorable-notes dd")].map((dd) => [
      ...dd.childNodes,
    ]);
    const equations = {};
    for (const link of stage.querySelectorAll(".explorable-equations > span")) {
      const a = link.querySelector("a");
      equations[link.className] = { href: a.getAttribute("href"), number: a.textContent };
    }
    return { notes, equations };
  }

  function showArithmetic(place, edge, step, equations) {
    const [key, name, words, , label, arithmetic] = edge;
    const equation = equations[label];
    const values = valuesOf(key, step);
    const title = make("p", { class: "what" });
    title.innerHTML = `<b>${name}</b> ${words}`;
    if (equation) {
      title.append(" · equation ", make("a", { href: equation.href }, equation.number));
    }
    const lines = values.map((_, k) =>
      make(
        "p",
        { class: "sum" },
        values.length > 1 ? `unit ${k + 1}: ${arithmetic(step, k)}` : arithmetic(step, k),
      ),
    );
    place.replaceChildren(title, ...lines);
  }

  Object.assign(explorable, { LEGEND, KEY, build, fromPage, showArithmetic });
}
