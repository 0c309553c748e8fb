// Makes a figure answer to the reader's hand: what is set, what follows from it, and where it is shown.
{
  const { make, read, written, inputs, weights, fromLoss, cells, length, aloud } = explorable;
  const COLOUR = { lstm: "f", pair: "z" };

  // All numbers of a setting: each cell forward and back, step by step.
  function run(cell, setting, networks) {
    const x = inputs(setting, networks), da = fromLoss({ ...setting, n: x.length });
    const carry = { a: setting.ca, c: setting.cc };
    const [own, plain] = explorable.drawings[cell].cells.map((name) => {
      const P = weights(setting, networks[name]);
      const q = cells[name].forward(x, P);
      const { steps: d, totals } = cells[name].backward(q, da, P, carry);
      return { q, d, P, totals };
    });
    return { ...own, plain, x, n: x.length, setting };
  }

  // What the arithmetic of one step may look at.
  function atStep({ q, d, P, plain, x, n, setting }, words) {
    const t = setting.t, entry = Math.max(0, x[t - 1].indexOf(1));
    const step = { t, n, setting, P, q: q[t - 1], d: d[t - 1], words: words?.[t - 1], entry: words ? entry : 0 };
    if (plain) step.plain = { q: plain.q[t - 1], d: plain.d[t - 1], P: plain.P };
    return step;
  }

  // The numbers on an edge: of both units, or of the one input.
  function valuesOf(key, step) {
    const [from, name] = key.startsWith("plain.") ? [step.plain, key.slice(6)] : [step, key];
    const values = from.q[name] && !(step.setting.way === "backward" && name === "kept") ? from.q[name] : from.d[name] ?? from.q[name];
    return name === "x" || name === "dx" ? [values[step.entry]] : values;
  }

  function curves(cell, { q, d, plain, setting }) {
    const two = cell === "lstm";
    if (setting.way === "backward") {
      const of = (steps, name) => steps.map((step) => length(step[name]));
      return two
        ? [{ name: "length of dc", values: of(d, "dc"), kind: "first" }, { name: "length of da", values: of(d, "daNext"), kind: "second" }]
        : [{ name: "GRU", values: of(d, "daNext"), kind: "first" }, { name: "plain network", values: of(plain.d, "daNext"), kind: "second" }];
    }
    const of = (steps, name) => steps.map((step) => step[name][0]);
    return two
      ? [{ name: "c of unit 1", values: of(q, "c"), kind: "first" }, { name: "a of unit 1", values: of(q, "a"), kind: "second" }]
      : [{ name: "GRU, unit 1", values: of(q, "a"), kind: "first" }, { name: "plain network, unit 1", values: of(plain.q, "a"), kind: "second" }];
  }

  const LEGEND = {
    lstm: { backward: "length of <b class=first><i>dc</i></b> and <b class=second><i>da</i></b>", forward: "unit 1: <b class=first><i>c</i></b> and <b class=second><i>a</i></b>" },
    pair: { backward: "length of <i>da</i>: <b class=first>GRU</b>, <b class=second>plain network</b>", forward: "<i>a</i> of unit 1: <b class=first>GRU</b>, <b class=second>plain network</b>" },
  };

  const KEY = {
    forward: "Two numbers stand at each place: unit 1 above unit 2, and behind them how large they are. A gate is a door, "
      + "open where it is empty. The curves show unit 1 at every step; drag over them to go to another.",
    backward: "Two numbers stand at each place: unit 1 above unit 2, and behind them how large they are. The thicker a "
      + "dashed line, the more gradient it carries. A triangle marks where the loss reads unit 1. The curves are on a "
      + "logarithmic scale; drag over them to go to another step.",
  };

  // The parts of the page, in the order in which they are read.
  function build(cell, figure, act) {
    const app = make("div", { class: `xp xp-${cell}` });
    const ask = explorable.choice("try", "A question to try", { "": "choose a question", ...Object.fromEntries(
      explorable.presets[cell].map(([key, , title]) => [key, title])) }, act.ask);
    const question = make("p", { class: "xp-question" });
    const ways = make("div", { class: "xp-ways", role: "group", "aria-label": "Direction" });
    for (const way of ["forward", "backward"]) {
      const button = explorable.button(way, `Show the ${way} pass`, () => act.change({ way, pick: "" }));
      button.dataset.way = way;
      ways.append(button);
    }
    const walk = make("div", { class: "xp-walk", role: "group", "aria-label": "Step" });
    const now = make("span", { class: "xp-now", "aria-hidden": "true" });
    walk.append(explorable.button("‹", "One step back", () => act.step(-1)), now, explorable.button("›", "One step on", () => act.step(1)));
    const top = make("div", { class: "xp-top" }), head = make("div", { class: "xp-head" });
    top.append(ways, explorable.button("copy link", "Copy link: it leads to this setting", act.copy), walk,
      explorable.button("start again", "Start again, with this figure's first setting", act.reset));
    head.append(ask.row, question);
    const cellPlace = make("div", { class: "xp-place" });
    const shown = make("div", { class: "xp-shown" });
    const strip = explorable.strip((t) => act.change({ t }), act.draw);
    const legend = make("p", { class: "xp-legend" });
    const controls = explorable.controls(cell, act.change);
    const note = make("div", { class: "xp-note" });
    const status = make("p", { class: "xp-status", role: "status", "aria-live": "polite" });
    const grid = make("div", { class: "xp-grid" });
    grid.append(head, top, cellPlace, shown, note, strip.field, legend, controls.hand, controls.carries, controls.sequence);
    app.append(grid, status);
    return { app, ask, question, ways, now, cellPlace, shown, strip, legend, controls, note, status };
  }

  // The texts that the page holds: what is said at each word, and where each equation is.
  function fromPage(stage) {
    const notes = [...stage.querySelectorAll(".explorable-notes dd")].map((dd) => [...dd.childNodes]);
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
    if (equation) title.append(" · equation ", make("a", { href: equation.href }, equation.number));
    const lines = values.map((_, k) => make("p", { class: "sum" },
      values.length > 1 ? `unit ${k + 1}: ${arithmetic(step, k)}` : arithmetic(step, k)));
    place.replaceChildren(title, ...lines);
  }

  // One figure: its setting, and everything that follows from it.
  class Figure {
    constructor(figure) {
      const stage = figure.querySelector(".explorable-stage");
      this.figure = figure;
      this.cell = stage.dataset.cell;
      this.networks = JSON.parse(stage.dataset.networks);
      this.opening = read(stage.dataset.opens);
      this.setting = this.fromAddress() ?? this.opening;
      this.page = fromPage(stage);
      this.kinds = this.networks.sentence.map((x) => x.indexOf(1));
      this.parts = build(this.cell, figure, this.actions());
      this.drawings = {};
      stage.append(this.parts.app);
      this.show();
      figure.classList.add("touched");
      addEventListener("hashchange", () => this.follow());
    }

    actions() {
      return {
        change: (changes) => this.change(changes),
        step: (by) => this.change({ t: Math.min(this.run.n, Math.max(1, this.setting.t + by)) }),
        ask: (key) => this.ask(key),
        reset: () => this.set(this.opening),
        copy: () => this.copy(),
        draw: (t, value) => this.change({
          t: t + 1, hand: Array.from({ length: 12 }, (_, at) => (at === t ? value : this.setting.hand[at] ?? 0)),
        }),
      };
    }

    fromAddress() {
      const [id, text] = decodeURIComponent(location.hash.slice(1)).split("~");
      return id === this.figure.id && text !== undefined ? read(text, this.opening) : null;
    }

    address() {
      return `#${this.figure.id}~${written(this.setting, this.opening)}`;
    }

    follow() {
      const setting = this.fromAddress();
      if (setting) this.set(setting);
    }

    change(changes) {
      if (changes.seed === null) changes = { seed: (this.setting.seed % 99) + 1 };
      if ("on" in changes) changes = { ...changes, ...this.fitting(changes.on) };
      if ("n" in changes) changes = { ...changes, ...this.shortened(changes.n) };
      this.set({ ...this.setting, ...changes });
      this.later();
    }

    // another sequence: the loss at its end
    fitting(on) {
      const { loss, n } = this.setting;
      return on !== "sentence" && String(loss) === "5,12" ? { loss: [n] } : {};
    }

    // fewer or more steps: a loss at the last one stays there
    shortened(n) {
      const loss = String(this.setting.loss) === String([this.setting.n]) ? [n] : this.setting.loss.filter((t) => t <= n);
      return { loss, t: Math.min(this.setting.t, n) };
    }

    set(setting) {
      this.setting = { ...setting, t: Math.min(setting.t, setting.n) };
      this.show();
    }

    ask(key) {
      const preset = explorable.presets[this.cell].find(([name]) => name === key);
      this.set({ ...(preset ? read(preset[1]) : this.opening), ask: key });
      this.later();
    }

    // what can wait until the hand rests: the address, and what is said aloud
    later() {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        history.replaceState(history.state, "", this.address());
        this.parts.status.textContent = this.summary();
      }, 350);
    }

    async copy() {
      history.replaceState(history.state, "", this.address());
      const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
      this.parts.status.textContent = copied ? "The link is copied." : "The link is in the address bar.";
      this.parts.status.classList.add("seen");
      setTimeout(() => this.parts.status.classList.remove("seen"), 2500);
    }

    get words() {
      return this.setting.on === "sentence" ? this.networks.words.slice(0, this.setting.n) : null;
    }

    edge() {
      const { edges } = explorable.drawings[this.cell][this.setting.way];
      const first = this.setting.way === "forward" ? { lstm: "c", pair: "a" } : { lstm: "dcPrev", pair: "daPrev" };
      return edges.find(([key]) => key === this.setting.pick) ?? edges.find(([key]) => key === first[this.cell]);
    }

    drawing() {
      const { way } = this.setting;
      this.drawings[way] ??= explorable.drawing(`${this.figure.id}-${way}`, this.cell, way, (pick) => this.change({ pick }));
      if (this.parts.cellPlace.firstChild !== this.drawings[way].field) {
        this.parts.cellPlace.replaceChildren(this.drawings[way].field);
      }
      return this.drawings[way];
    }

    show() {
      const { setting, parts } = this;
      this.run = run(this.cell, setting, this.networks);
      const step = atStep(this.run, this.words), edge = this.edge();
      this.drawing().show((key) => valuesOf(key, step), edge[0], (gate) => step.q[gate], this.differing(step));
      showArithmetic(parts.shown, edge, step, this.page.equations);
      parts.strip.show({
        ...setting, x: this.run.x, words: this.words, kinds: this.kinds, drawn: setting.on === "hand",
        gate: COLOUR[this.cell], doors: this.run.q.map((q) => q[COLOUR[this.cell]]), curves: curves(this.cell, this.run),
        losses: setting.loss.filter((t) => t <= this.run.n),
      });
      parts.legend.innerHTML = LEGEND[this.cell][setting.way];
      parts.controls.show(setting, this.run.P);
      parts.ways.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", one.dataset.way === setting.way));
      parts.now.textContent = `step ${setting.t} of ${this.run.n}`;
      this.showQuestion();
      this.showNote();
      this.figure.dispatchEvent(new CustomEvent("explorable:change", { detail: this.run }));
    }

    showQuestion() {
      const { ask, question } = this.parts;
      const preset = explorable.presets[this.cell].find(([key]) => key === this.setting.ask);
      ask.select.value = preset ? preset[0] : "";
      question.innerHTML = preset ? preset[3] : "Move a slider, tap a number: everything is computed here, in the page.";
      this.reached = false;
      if (preset) {
        const [there, soFar] = preset[4](this.run);
        this.reached = there;
        const verdict = make("span", { class: there ? "xp-verdict there" : "xp-verdict" });
        verdict.innerHTML = `${there ? "✓ Done" : "So far"}: ${soFar}.`;
        question.append(" ", verdict);
      }
    }

    showNote() {
      const said = this.words && this.asWritten() ? this.page.notes[this.setting.t - 1] : null;
      const word = this.words?.[this.setting.t - 1];
      const key = make("p", {}, KEY[this.setting.way]);
      this.parts.note.replaceChildren(...(said ? [make("b", {}, word), ...said.map((node) => node.cloneNode(true))] : [key]));
    }

    // whether the numbers are still those that the words of the page are about
    asWritten() {
      const moved = ["bf", "bi", "bo", "bz", "br", "rec", "inp", "g", "n", "way", "loss", "ca", "cc"];
      return moved.every((key) => String(this.setting[key]) === String(this.opening[key]));
    }

    // What a screen reader hears once the hand rests.
    summary() {
      const { t } = this.setting, word = this.words ? `, ${this.words[t - 1]}` : "";
      const heard = curves(this.cell, this.run).map(({ name, values }) => `${name} ${aloud(values[t - 1])}`);
      const [first, ...lines] = [...this.parts.shown.querySelectorAll("p")].map((p) => p.textContent);
      const verdict = this.parts.question.querySelector(".xp-verdict")?.textContent ?? "";
      return `Step ${t}${word}: ${heard.join(", ")}. ${first.split(" · ")[0]}: ${lines.join("; ")}. ${verdict}`;
    }

    // Numbers of the reader's own function, where it has been given one: keys whose values are not these.
    differing(step) {
      const own = this.own?.[step.t - 1];
      const apart = (key) => own[key].some((value, k) => !(Math.abs(value - valuesOf(key, step)[k]) <= 1e-6));
      return (key) => Boolean(own && key in own && apart(key));
    }
  }

  const figures = new Map();

  // Let a reader's own function drive a figure. `fn` gets { x, parameters, da, carry } as plain arrays and returns, or
  // promises, an array with an entry for each step: numbers of both units under the drawing's keys ("f", "c", "dc", …).
  // Where they differ from the figure's own, the number is marked. Without `fn` the marks go.
  async function drive(id, fn) {
    const figure = figures.get(id);
    if (!figure) throw new Error(`explorable.drive: no figure ${id} here; there are ${[...figures.keys()].join(", ") || "none yet"}`);
    const { x, P, setting } = figure.run;
    const da = fromLoss({ ...setting, n: x.length });
    figure.own = fn ? await fn({ x, parameters: P, da, carry: { a: setting.ca, c: setting.cc } }) : null;
    figure.show();
  }

  function mount(element) {
    if (!figures.has(element.id)) figures.set(element.id, new Figure(element));
  }

  Object.assign(explorable, { mount, drive, figures, run });
}
