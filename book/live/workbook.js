// A student's notebook in a page: its cells, what is kept of them, and what runs when one is run.

import { carry } from "./carry.js";
import { fill, freshId, isCode, isEdited, readOpened, readReleased } from "./notebook.js";
import { Stopped } from "./python.js";

const SAVE = 300; // milliseconds of peace after which what was typed is kept
const COUNT = 400; // milliseconds after a check in which another one may be asked for
const DEFINING = ["given", "yours", "own"]; // what runs by itself before a cell below it

export class Workbook extends EventTarget {
  // What happens is told by events: "cells" (others than before), "text" (a cell's, by
  // somebody else), "shown",
  // "running", "said" (sentences to read), "kept", "points".
  constructor({ notebook, version, assignment, store, python, lay }) {
    super();
    Object.assign(this, { notebook, version, assignment, store, python, lay });
    this.released = readReleased(notebook);
    this.ran = new Map();
    this.stopped = new Map();
    this.dirty = new Set();
    this.last = Promise.resolve();
    this.age = 0;
    this.why = "";
    this.take();
    store.follow(assignment, (work) => this.hear(work));
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // Take over what is kept.
  take() {
    const before = this.store.read(this.assignment);
    const { work, said } = carry(before, this.released, this.version);
    if (said.length)
      this.why = this.store.change(this.assignment, (now) => Object.assign(now, work));
    this.said = said;
    this.known = work.cells;
    this.points = work.points;
    this.cells = this.released.map((cell) => ({
      ...cell,
      stub: cell.text,
      text: work.cells[cell.id]?.text ?? cell.text,
    }));
    work.own.forEach((one) => this.insert(one));
  }

  insert(one) {
    const at = this.cells.findIndex((cell) => cell.id === one.after);
    let place = at + 1;
    while (this.cells[place]?.kind === "own") place += 1;
    const cell = {
      id: one.id,
      kind: "own",
      text: one.text,
      stub: "",
      after: one.after,
      markdown: one.markdown,
    };
    this.cells.splice(place, 0, cell);
    return cell;
  }

  cell(id) {
    return this.cells.find((one) => one.id === id);
  }

  get texts() {
    return Object.fromEntries(
      this.cells
        .filter((cell) => isEdited(cell) && cell.kind !== "own")
        .map((c) => [c.id, c.text]),
    );
  }

  get own() {
    return this.cells
      .filter((cell) => cell.kind === "own")
      .map(({ id, after, text, markdown }) => ({
        id,
        after,
        text,
        ...(markdown && { markdown }),
      }));
  }

  // The notebook as a file.
  get file() {
    return fill(this.notebook, this);
  }

  // Note what was typed; it is kept a little later.
  type(cell, text) {
    if (cell.text === text) return;
    cell.text = text;
    this.dirty.add(cell.id);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.save(), SAVE);
  }

  // Keep what has changed here, and nothing else: another tab may have changed the rest.
  save() {
    clearTimeout(this.soon);
    if (!this.dirty.size) return;
    const at = Date.now();
    this.why = this.store.change(this.assignment, (work) => {
      work.version = this.version;
      for (const id of this.dirty) this.keep(work, this.cell(id), id, at);
      this.known = work.cells;
    });
    if (!this.why) this.dirty.clear();
    this.tell("kept", this.why);
  }

  keep(work, cell, id, at) {
    if (!cell || cell.kind === "own") {
      work.own = this.own;
      return;
    }
    const there = work.cells[id];
    if (there && there.at !== this.known[id]?.at && there.text !== cell.text) {
      work.history.push({
        cell: id,
        text: there.text,
        at: there.at,
        why: "written in another tab",
      });
    }
    work.cells[id] = { text: cell.text, base: cell.stub, at };
  }

  // Another tab has changed the work: show it, but for what is being written here.
  hear(work) {
    const here = JSON.stringify(this.own);
    let changed = 0;
    for (const cell of this.cells) {
      const text = work.cells[cell.id]?.text ?? cell.stub;
      if (
        cell.kind === "own" ||
        !isEdited(cell) ||
        this.dirty.has(cell.id) ||
        cell.text === text
      )
        continue;
      cell.text = text;
      changed += 1;
      this.tell("text", cell);
    }
    this.known = work.cells;
    if (
      JSON.stringify(work.own) !== here &&
      ![...this.dirty].some((id) => !(id in this.texts))
    ) {
      this.cells = this.cells.filter((cell) => cell.kind !== "own");
      work.own.forEach((one) => this.insert(one));
      this.tell("cells");
      changed += 1;
    }
    if (changed)
      this.tell("said", ["Another tab has changed this exercise; this one shows it, too."]);
  }

  // Texts of a cell that can be gone back to, the latest first.
  earlier(id) {
    return this.store
      .read(this.assignment)
      .history.filter((one) => one.cell === id)
      .reverse();
  }

  // Put another text into a cell, and keep the one that was there.
  replace(cell, text, why) {
    if (cell.text === text) return;
    const gone = { cell: cell.id, text: cell.text, at: Date.now(), why };
    this.why = this.store.change(this.assignment, (work) => {
      work.history.push(gone);
    });
    this.type(cell, text);
    this.tell("text", cell);
    this.save();
  }

  reset(cell) {
    this.replace(cell, cell.stub, "before Reset");
  }

  // Add a cell of the student's own below another.
  add(after, text = "") {
    const below = after.kind === "own" ? after.after : after.id;
    const cell = {
      id: freshId(this.own, "", new Map(this.cells.map((c) => [c.id, c]))),
      kind: "own",
      text,
      stub: "",
      after: below,
    };
    this.cells.splice(this.cells.indexOf(after) + 1, 0, cell);
    this.dirty.add(cell.id);
    this.save();
    this.tell("cells", cell);
  }

  remove(cell) {
    this.store.change(this.assignment, (work) => {
      work.history.push({
        cell: cell.after,
        text: cell.text,
        at: Date.now(),
        why: "a cell that was removed",
      });
    });
    this.cells = this.cells.filter((one) => one !== cell);
    this.dirty.add(cell.id);
    this.save();
    this.tell("cells");
  }

  // Take over a notebook that somebody opens. Gives what to say of it.
  open(content) {
    const { problem, texts, own } = readOpened(content, this.released, this.assignment);
    if (problem) return problem;
    for (const [id, text] of Object.entries(texts))
      this.replace(this.cell(id), text, "before a notebook was opened");
    for (const cell of this.cells.filter((one) => one.kind === "own")) this.remove(cell);
    own.forEach((one) => this.insert(one));
    own.forEach((one) => this.dirty.add(one.id));
    this.save();
    this.tell("cells");
    const more = own.length ? `, and ${own.length} of your own` : "";
    return `Opened: ${Object.keys(texts).length} cells${more}. What stood here before is under *Earlier texts*.`;
  }

  // Run a cell, after those above it that define something and have not run as they stand. What it
  // shows is shown below `at`, another cell or itself.
  run(cell, at = cell) {
    clearTimeout(this.counting);
    const turn = this.last.then(() => this.runNow(cell, at));
    this.last = turn.catch(() => {});
    return turn;
  }

  async runNow(cell, at) {
    this.save();
    this.tell("shown", { cell: at, begins: true });
    try {
      await this.python.start();
      if (this.age !== this.python.age) this.ran.clear();
      this.age = this.python.age;
      this.stopped.delete(cell.id);
      await this.layOut(cell);
      for (const one of this.before(cell)) await this.runOne(one, one, at);
      const well = await this.runOne(cell, at, at);
      this.tell("shown", { cell: at, ended: true, well, whole: true });
      return well;
    } catch (error) {
      this.tell("shown", { cell: at, failed: error });
      return false;
    }
  }

  before(cell) {
    const above = this.cells.slice(0, this.cells.indexOf(cell));
    return above.filter(
      (one) =>
        DEFINING.includes(one.kind) &&
        !one.markdown &&
        isCode(one) &&
        this.ran.get(one.id) !== one.text &&
        this.stopped.get(one.id) !== one.text,
    );
  }

  // Run one, and show below `at` what it shows; `goal` is where the run as a whole is shown.
  async runOne(cell, at, goal) {
    const { text } = cell;
    if (at !== goal) this.tell("shown", { cell: at, begins: true });
    try {
      const shown = (what) => this.tell("shown", { cell: at, what });
      const well = await this.python.ask("run", { cell: cell.id, source: text }, shown);
      this.ran.set(cell.id, text);
      if (at !== goal) this.tell("shown", { cell: at, ended: true, well });
      return well;
    } catch (error) {
      if (error instanceof Stopped) this.stopped.set(cell.id, text);
      throw error;
    }
  }

  // Put the notebook as it stands where a check looks for it, and beside it those that a
  // cell speaks of.
  async layOut(cell) {
    const path = `${this.assignment}/${this.assignment}.ipynb`;
    await this.python.ask("write", { path, content: this.file });
    const named = cell.text.match(/\bex\d+_\w+/g) ?? [];
    await this.lay(named.filter((name) => name !== this.assignment));
  }

  // Add up the points by the visible checks, once nothing else has been asked for.
  countSoon() {
    clearTimeout(this.counting);
    this.counting = setTimeout(() => this.count(), COUNT);
  }

  count() {
    const turn = this.last.then(async () => {
      if (this.before({ id: "" }).some((one) => one.kind === "given")) return;
      const found = await this.python.ask("points");
      this.points = { ...found, at: Date.now() };
      this.store.change(this.assignment, (work) => {
        work.points = this.points;
      });
      this.tell("points", this.points);
    });
    this.last = turn.catch(() => {});
    return turn.catch(() => {});
  }
}
