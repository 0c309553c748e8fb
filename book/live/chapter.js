// A chapter's cells in the page: each that can run gets a button, and may be changed.

import { makeEditor } from "./editor.js";
import { driveFigures } from "./figures.js";
import { Output } from "./output.js";
import {
  exercise,
  address,
  forWorker,
  layOthers,
  make,
  root,
  stateWords,
  told,
} from "./page.js";
import { Python, Stopped } from "./python.js";

const heard = make("p", { className: "live-heard" });
heard.setAttribute("aria-live", "polite");
const cells = [];

const python = new Python(forWorker(), (state, error) => {
  document.documentElement.dataset.python = state;
  for (const cell of cells) cell?.hear(state, error);
});

let age = 0;
let last = Promise.resolve();
const ran = new Map();
const borrowed = new Set();

// A visible cell: its listing, which becomes an editor when it is wanted, and what it shows.
class Cell {
  constructor(element, { text, after, own }, number) {
    Object.assign(this, { element, text, after, own, number, waits: false });
    this.bar = element.querySelector(".live-bar");
    this.output = new Output(root.href);
    this.hint = make("span", { className: "live-hint" });
    this.button = make("button", {
      text: "Run",
      className: "live-button",
      on: () => run(this),
    });
    this.button.setAttribute("aria-label", `Run cell ${number + 1}`);
    this.edit = make("button", {
      text: "Edit",
      className: "live-button",
      on: () => this.open(),
    });
    this.edit.setAttribute("aria-label", `Edit cell ${number + 1}`);
    this.stop = make("button", {
      text: "Stop",
      className: "live-button",
      hidden: true,
      on: () => python.stop(),
    });
    this.bar.append(this.button, this.edit, this.stop, this.hint);
    this.bar.after(this.output.element);
  }

  open() {
    const place = this.element.querySelector(".cell_input .highlight");
    place.classList.add("live-editor");
    this.editor = makeEditor(place, {
      text: this.text,
      name: `Cell ${this.number + 1}, Python code`,
      changed: (text) => {
        this.text = text;
      },
      marked: () => [],
      run: () => run(this),
      check: () => run(this),
    });
    this.edit.remove();
    this.editor.focus();
    python.start().catch(() => {});
  }

  // What the book shows of the cell gives way to what it shows now.
  begin() {
    this.element.querySelector(".cell_output")?.setAttribute("hidden", "");
    this.output.clear();
    this.stop.hidden = false;
    this.waits = true;
    this.hear(python.state);
  }

  end(words) {
    this.stop.hidden = true;
    this.waits = false;
    this.hint.textContent = this.output.element.hidden ? words : "";
    heard.textContent = words;
  }

  hear(state, error) {
    if (this.waits && state !== "ready") this.hint.textContent = stateWords(state, error);
  }
}

// Do something once all that was asked for before is done.
function inTurn(what) {
  const turn = last.then(what);
  last = turn.catch(() => {});
  return turn;
}

const run = (cell) => inTurn(() => runNow(cell)).catch(() => {});

async function runNow(cell) {
  cell.begin();
  try {
    await python.start();
    if (age !== python.age) {
      ran.clear();
      borrowed.clear();
      await python.ask("run", { cell: "before", source: told.prelude });
    }
    age = python.age;
    const missing = await borrow(cell.own);
    if (missing) {
      cell.output.note(missing);
      return cell.end("The cell needs something that you write first.");
    }
    for (const number of cell.after) {
      const one = cells[number];
      if (ran.get(number) !== one.text) await runOne(one);
    }
    const well = await runOne(cell, cell.output);
    return cell.end(well ? "The cell ran." : "The cell failed.");
  } catch (error) {
    cell.output.note(
      error instanceof Stopped ? "Stopped." : `Python broke off: ${error.message}.`,
    );
    return cell.end("The cell was stopped.");
  }
}

async function runOne(cell, output) {
  const about = { cell: `cell_${cell.number + 1}`, source: cell.text };
  const well = await python.ask("run", about, (what) => output?.show(what));
  ran.set(cell.number, cell.text);
  return well;
}

// Take the reader's own functions of exercises. Gives what to do first, if one is not there
// or not right.
async function borrow(own) {
  for (const [assignment, names] of Object.entries(own)) {
    const fresh = names.filter((name) => !borrowed.has(name));
    if (fresh.length) {
      await layOthers(python, [assignment]);
      const missing = await python.ask("borrow", { assignment, names: fresh });
      if (missing) return firstSolve(assignment, names);
      fresh.forEach((name) => borrowed.add(name));
    }
  }
  return "";
}

function firstSolve(assignment, names) {
  const number = assignment.match(/\d+/)[0];
  const listed = names.map((name) => `\`${name.split(".").at(-1)}\``).join(", ");
  const link = make("a", {
    href: address(exercise(assignment).page),
    text: `exercise ${number}`,
  });
  return [
    `This cell runs with your own ${listed}: write them in `,
    link,
    " until their checks are content, in this browser, and run the cell again. What the book shows is from the course's own.",
  ];
}

const shown = [...document.querySelectorAll(".bd-article div.cell.cell-runs")];
told.cells.forEach((about, number) => {
  cells.push(about && new Cell(shown.shift(), about, number));
});
document.querySelector(".bd-article").append(heard);
driveFigures(python, inTurn);
document.documentElement.dataset.live = "there";
