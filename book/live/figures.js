// A switch beside a figure that answers: the reader's own function, from the exercise, computes
// what it shows. The figure's side of it is explorable.drive.

import { setText } from "./output.js";
import { address, exercise, layOthers, make, told } from "./page.js";
import { Stopped } from "./python.js";

// The exercise and the function of each cell, by the direction that the figure shows.
const OWN = {
  plain: {
    forward: ["ex1_rnn_cell", "rnn_cell_forward"],
    backward: ["ex2_rnn_backward", "rnn_cell_backward"],
  },
  lstm: {
    forward: ["ex3_lstm_forward", "lstm_cell_forward"],
    backward: ["ex4_lstm_backward", "lstm_cell_backward"],
  },
  gru: {
    forward: ["ex5_gru", "gru_cell_forward"],
    backward: ["ex5_gru", "gru_cell_backward"],
  },
};

// What a backward function's cache is made of.
const KEPT = ["a", "c", "aPrev", "cPrev", "f", "i", "cc", "o", "z", "r", "hh"];
const pick = (step) =>
  Object.fromEntries(KEPT.filter((key) => step[key]).map((key) => [key, step[key]]));

// At how many steps a number differs from the figure's, as the figure marks it.
function differing(run, words, steps) {
  const { atStep, valuesOf } = window.explorable;
  const far = (own, right) => !(Math.abs(own - right) <= 1e-6);
  return steps.filter((own, at) => {
    const step = atStep({ ...run, setting: { ...run.setting, t: at + 1 } }, words);
    return Object.entries(own).some(([key, values]) =>
      valuesOf(key, step).some((right, k) => far(values[k], right)),
    );
  }).length;
}

class Switch {
  // `turn` has something done in Python once all that was asked for before is done.
  constructor(bar, figure, python, turn) {
    Object.assign(this, { bar, figure, python, turn, asked: 0, works: false, laid: "" });
    this.cell = bar.dataset.own;
    this.button = make("button", {
      text: "Drive it with my own function",
      className: "live-button",
      on: () => (this.on ? this.leave("The figure computes by itself again.") : this.take()),
    });
    this.button.setAttribute("role", "switch");
    this.said = make("p", { className: "live-said" });
    this.said.setAttribute("aria-live", "polite");
    this.is(false);
    this.offer();
    bar.append(this.button, this.said);
    figure.figure.addEventListener("explorable:change", () => {
      if (!this.on && this.offered !== this.name) this.offer();
    });
  }

  offer() {
    this.offered = this.name;
    this.say(`Once your ${this.name} passes its check, it can compute this figure's numbers.`);
  }

  get own() {
    return OWN[this.cell][this.figure.setting.way];
  }

  get name() {
    return `\`${this.own[1]}\``;
  }

  is(on) {
    this.on = on;
    this.button.setAttribute("aria-checked", on);
  }

  say(...parts) {
    const nodes = parts.map((part) =>
      typeof part === "string" ? setText(make("span"), part) : part,
    );
    this.said.replaceChildren(...nodes);
  }

  // Whatever the reader has written since the switch was last touched counts.
  take() {
    this.laid = "";
    this.is(true);
    return this.drive((given) => this.compute(given));
  }

  leave(...words) {
    this.is(false);
    this.asked += 1;
    if (this.works) this.python.stop();
    this.drive(null);
    this.say(...words);
  }

  drive(fn) {
    return window.explorable.drive(this.figure.figure.id, fn);
  }

  // The figure asks for the numbers of its setting: only the latest answer counts.
  async compute(given) {
    const { figure, own } = this;
    const { run, words } = figure;
    const number = ++this.asked;
    const late = () => number !== this.asked;
    this.say(`Your ${this.name} is at work …`);
    try {
      const found = await this.turn(() => (late() ? null : this.ask(own, this.about(given, run))));
      if (late()) return undefined;
      if (found.steps) return this.shows(found.steps, run, words);
      if (found.missing) this.leave(...this.firstSolve(own));
      else this.leave(`Switched back: your \`${own[1]}\` failed here with ${found.failed}`);
    } catch (error) {
      if (late()) return undefined;
      const stopped = error instanceof Stopped;
      this.leave(`Switched back: ${stopped ? "stopped" : `Python broke off, ${error.message}`}.`);
    }
    return undefined;
  }

  about(given, run) {
    const of = this.cell === "plain" ? run.plain : run;
    return { ...given, parameters: of.P, q: of.q.map(pick) };
  }

  async ask([assignment, name], asked) {
    await this.python.start();
    const laid = `${assignment} ${this.python.age}`;
    if (this.laid !== laid) await layOthers(this.python, [assignment]);
    this.laid = laid;
    const source = address(`${told.code}figure_driver.py`);
    this.works = true;
    try {
      return await this.python.ask("drive", { source, assignment, name, asked });
    } finally {
      this.works = false;
    }
  }

  shows(steps, run, words) {
    const apart = differing(run, words, steps);
    const agree = apart
      ? `At ${apart} of ${steps.length} steps they differ from the figure's own; they are marked.`
      : "They agree with the figure's own at every step.";
    this.say(`These are the numbers of your ${this.name}. ${agree}`);
    return steps;
  }

  firstSolve([assignment, name]) {
    const about = exercise(assignment);
    const title = `exercise ${assignment.match(/\d+/)[0]}`;
    const place = about ? make("a", { href: address(about.page), text: title }) : title;
    const also = about ? "" : " (it is no part of this course)";
    return [
      `First write your \`${name}\` in `,
      place,
      `${also} until its check is content, in this browser; then switch this on.`,
    ];
  }
}

// Give each figure of the page its switch, as soon as it answers.
export function driveFigures(python, turn) {
  const ready = (element) => {
    const bar = element.querySelector(".live-drive");
    const figure = window.explorable.figures.get(element.id);
    if (bar && figure && !bar.hasChildNodes()) new Switch(bar, figure, python, turn);
  };
  document.addEventListener("explorable:ready", ({ target }) => ready(target));
  document.querySelectorAll("figure.explorable.touched").forEach(ready);
}
