// One figure: how it is set, everything that follows from that, and where it is shown.
{
  const { make, read, written, fromLoss, run, atStep, valuesOf, curves, aloud } = explorable;
  const { LEGEND, KEY, build, fromPage, showArithmetic } = explorable;
  const GATE = { lstm: "f", pair: "z" }; // the gate that the strip shows

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
      this.parts = build(this.cell, this.actions());
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
        reset: () => {
          this.set(this.opening);
          this.later();
        },
        copy: () => this.copy(),
        draw: (t, value) =>
          this.change({
            t: t + 1,
            hand: Array.from({ length: 12 }, (_, at) =>
              at === t ? value : (this.setting.hand[at] ?? 0),
            ),
          }),
      };
    }

    fromAddress() {
      const [id, text] = location.hash.slice(1).replace(/%7E/i, "~").split("~");
      return id === this.figure.id && text !== undefined ? read(text, this.opening) : null;
    }

    address() {
      const differs = written(this.setting, this.opening);
      return `#${this.figure.id}${differs && `~${differs}`}`;
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

    // another sequence than the sentence: the loss at its end
    fitting(on) {
      const { loss, n } = this.setting;
      return on !== "sentence" && String(loss) === "5,12" ? { loss: [n] } : {};
    }

    // fewer or more steps: a loss at the last one stays there
    shortened(n) {
      const loss =
        String(this.setting.loss) === String([this.setting.n])
          ? [n]
          : this.setting.loss.filter((t) => t <= n);
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

    // what can wait until the hand rests: the address, what is said aloud, the reader's own
    // function
    later() {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => {
        history.replaceState(history.state, "", this.address());
        this.parts.status.textContent = this.summary();
        this.askOwn();
      }, 350);
    }

    // Numbers of the reader's own function, if there is one; they come too late if the hand has
    // moved on.
    async askOwn() {
      const { run: asked, driver } = this;
      const { x, P, setting } = asked;
      const carry = { a: setting.ca, c: setting.cc };
      const own = await driver?.({
        x,
        parameters: P,
        da: fromLoss({ ...setting, n: x.length }),
        carry,
      });
      if (asked !== this.run) return;
      this.own = own;
      this.showStep();
    }

    async copy() {
      history.replaceState(history.state, "", this.address());
      const copied = await navigator.clipboard?.writeText(location.href).then(
        () => true,
        () => false,
      );
      this.parts.status.textContent = copied
        ? "The link is copied."
        : "The link is in the address bar.";
      this.parts.status.classList.add("seen");
      setTimeout(() => this.parts.status.classList.remove("seen"), 2500);
    }

    get words() {
      return this.setting.on === "sentence" ? this.networks.words.slice(0, this.setting.n) : null;
    }

    edge() {
      const { edges } = explorable.drawings[this.cell][this.setting.way];
      const first =
        this.setting.way === "forward"
          ? { lstm: "c", pair: "a" }
          : { lstm: "dcPrev", pair: "daPrev" };
      return (
        edges.find(([key]) => key === this.setting.pick) ??
        edges.find(([key]) => key === first[this.cell])
      );
    }

    drawing() {
      const { way } = this.setting;
      this.drawings[way] ??= explorable.drawing(
        `${this.figure.id}-${way}`,
        this.cell,
        way,
        (pick) => this.change({ pick }),
      );
      if (this.parts.place.firstChild !== this.drawings[way].field) {
        this.parts.place.replaceChildren(this.drawings[way].field);
      }
      return this.drawings[way];
    }

    show() {
      const { setting, parts } = this;
      this.run = run(this.cell, setting, this.networks);
      this.own = null;
      this.showStep();
      this.showStrip();
      parts.legend.innerHTML = LEGEND[this.cell][setting.way];
      parts.controls.show(setting, this.run.P);
      parts.ways
        .querySelectorAll("button")
        .forEach((one) => one.setAttribute("aria-pressed", one.dataset.way === setting.way));
      parts.now.textContent = `step ${setting.t} of ${this.run.n}`;
      this.showQuestion();
      this.showNote();
      this.figure.dispatchEvent(new CustomEvent("explorable:change", { detail: this.run }));
    }

    showStep() {
      const step = atStep(this.run, this.words);
      const edge = this.edge();
      const drawing = this.drawing();
      const own = this.own?.[step.t - 1] ?? {};
      const values = (key) => own[key] ?? valuesOf(key, step);
      const far = (value, right) => !(Math.abs(value - right) <= 1e-6);
      const differs = (key) => valuesOf(key, step).some((right, k) => far(values(key)[k], right));
      drawing.show(values, edge[0], (gate) => step.q[gate], differs);
      showArithmetic(this.parts.shown, edge, step, this.page.equations);
      if (this.shownStep !== step.t) this.runs(drawing.field);
      this.shownStep = step.t;
    }

    // a short run of the dashes, from the start each time
    runs(field) {
      field.classList.remove("runs");
      void field.offsetWidth;
      field.classList.add("runs");
    }

    showStrip() {
      const { setting } = this;
      const { x, q, n } = this.run;
      const gate = GATE[this.cell];
      this.parts.strip.show({
        ...setting,
        x,
        words: this.words,
        kinds: this.kinds,
        drawn: setting.on === "hand",
        gate,
        doors: q.map((step) => step[gate]),
        curves: curves(this.cell, this.run),
        losses: setting.loss.filter((t) => t <= n),
      });
    }

    showQuestion() {
      const { ask, question } = this.parts;
      const preset = explorable.presets[this.cell].find(([key]) => key === this.setting.ask);
      ask.select.value = preset ? preset[0] : "";
      question.innerHTML = preset
        ? preset[3]
        : "Move a slider, tap a number: everything is computed here, in the page.";
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
      this.parts.note.replaceChildren(
        ...(said ? [make("b", {}, word), ...said.map((node) => node.cloneNode(true))] : [key]),
      );
    }

    // whether the numbers are still those that the words of the page are about
    asWritten() {
      const free = ["t", "pick", "ask", "seed", "hand"];
      const same = (key) => String(this.setting[key]) === String(this.opening[key]);
      return Object.keys(this.opening).every((key) => free.includes(key) || same(key));
    }

    // What a screen reader hears once the hand rests.
    summary() {
      const { t } = this.setting;
      const word = this.words ? `, ${this.words[t - 1]}` : "";
      const heard = curves(this.cell, this.run).map(
        ({ name, values }) => `${name} ${aloud(values[t - 1])}`,
      );
      const [first, ...lines] = [...this.parts.shown.querySelectorAll("p")].map(
        (p) => p.textContent,
      );
      const verdict = this.parts.question.querySelector(".xp-verdict")?.textContent ?? "";
      const number = `${first.split(" · ")[0]}: ${lines.join("; ")}`;
      return `Step ${t}${word}: ${heard.join(", ")}. ${number}. ${verdict}`;
    }
  }

  explorable.Figure = Figure;
}
