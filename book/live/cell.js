// A cell of the page: an editor where there is something to write, its buttons, and what it shows.

import { makeEditor } from "./editor.js";
import { isEdited, linesToWrite } from "./notebook.js";
import { make } from "./page.js";
import { Output } from "./output.js";
import { Stopped } from "./python.js";

const HINT = 4000; // milliseconds after which a run is said to last

const names = {
  yours: (cell) => `${cell.task ?? cell.id}, Python code`,
  try: (cell) => `An experiment, ${cell.id}, Python code`,
  own: () => "A cell of your own, Python code",
};

export class CellView {
  // `element` is the cell's own in the page; `acts` has what its buttons do.
  constructor(cell, element, root, acts) {
    Object.assign(this, { cell, element, acts });
    this.output = new Output(root);
    this.bar = element.querySelector(".live-bar") ?? make("div", { className: "live-bar" });
    this.hint = make("span", { className: "live-hint" });
    if (isEdited(cell)) this.makeEditor();
    this.makeBar();
    element.append(this.bar, this.output.element);
  }

  makeEditor() {
    const { cell, acts } = this;
    const place = this.element.querySelector(".cell_input .highlight");
    place.classList.add("live-editor");
    this.editor = makeEditor(place, {
      text: cell.text,
      name: names[cell.kind](cell),
      changed: (text) => acts.type(cell, text),
      marked: (text) => (cell.kind === "yours" ? linesToWrite(text) : []),
      run: () => acts.run(cell),
      check: () => acts.run(cell.check ? acts.find(cell.check) : cell, cell),
    });
    this.editor.field.addEventListener("focus", acts.touch);
  }

  makeBar() {
    const { cell, acts } = this;
    this.buttons = [];
    const button = (text, on, kind = "") => {
      const made = make("button", { text, on, className: `live-button ${kind}` });
      this.buttons.push(made);
      return made;
    };
    const what = cell.task ?? cell.id;
    const check = () => acts.run(cell.check ? acts.find(cell.check) : cell, cell);
    if (cell.check || cell.kind === "check") {
      const made = button("Check", check, "live-first");
      made.setAttribute("aria-label", `Check ${what}`);
      this.bar.append(made);
    }
    if (isEdited(cell)) {
      const made = button("Run", () => acts.run(cell));
      made.setAttribute("aria-label", `Run ${what}`);
      this.bar.append(made);
    }
    this.stop = make("button", {
      text: "Stop",
      on: acts.stop,
      className: "live-button live-stop",
      hidden: true,
    });
    this.bar.append(this.stop, this.hint);
    if (isEdited(cell)) this.bar.append(this.menu(what));
  }

  // What is seldom wanted.
  menu(what) {
    const { cell, acts } = this;
    const list = make("div", { className: "live-menu" });
    const more = make(
      "details",
      { className: "live-more" },
      make("summary", { text: "More" }),
      list,
    );
    more.firstChild.setAttribute("aria-label", `More on ${what}`);
    const item = (text, on) =>
      make("button", {
        text,
        className: "live-button",
        on: () => {
          more.open = false;
          on();
        },
      });
    more.addEventListener("toggle", () => {
      if (!more.open) return;
      list.replaceChildren(
        cell.kind === "own"
          ? item("Remove this cell", () => acts.remove(cell))
          : item(cell.kind === "yours" ? "Reset this function" : "Reset this cell", () =>
              acts.reset(cell),
            ),
        item("Add a cell below", () => acts.add(cell)),
        ...acts
          .earlier(cell)
          .map((one) => item(named(one), () => acts.restore(cell, one.text))),
      );
    });
    more.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && more.open) {
        more.open = false;
        more.firstChild.focus();
      }
    });
    return more;
  }

  set(text) {
    if (this.editor.text !== text) this.editor.set(text);
  }

  begin() {
    this.output.clear();
    this.summary = "";
    this.stop.hidden = false;
    this.hint.textContent = "running …";
    this.element.classList.add("live-runs");
    this.long = setTimeout(() => {
      this.hint.textContent = "still running; a loop without an end?";
    }, HINT);
  }

  show(what) {
    this.output.show(what);
    if (what.kind === "display") this.summary = what.second.split("\n")[0];
    if (what.kind === "error")
      this.summary =
        what.first
          .trim()
          .split("\n")
          .findLast((line) => /^\w/.test(line)) ?? "";
  }

  // The run is over. Gives what a person who does not see the page should hear.
  end(well) {
    clearTimeout(this.long);
    this.stop.hidden = true;
    this.hint.textContent = well && this.output.element.hidden ? "ran" : "";
    this.element.classList.remove("live-runs");
    return this.summary || (well ? "The cell ran." : "The cell failed.");
  }

  fail(error) {
    this.end(false);
    this.hint.textContent = "";
    const text =
      error instanceof Stopped
        ? "Stopped. What was defined is gone with it; the cells above run again by " +
          "themselves. If it did not end by itself, look for a loop that never ends."
        : `Python broke off: ${error.message}. It starts anew by itself; try again.`;
    this.output.note(text);
    return text;
  }
}

// An earlier text, as it is chosen: when, how long, why it went.
function named({ at, text, why }) {
  const when = new Date(at).toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const lines = text.split("\n").length;
  return `Earlier text: ${when}, ${lines} ` +
    `${lines === 1 ? "line" : "lines"}${why ? `, ${why}` : ""}`;
}

// An answer in words: a plain field.
export class AnswerView {
  constructor(cell, element, acts) {
    Object.assign(this, { cell, element, acts });
    this.field = make("textarea", {
      className: "live-answer",
      rows: 6,
      placeholder: "Your answer, in Markdown",
    });
    this.field.setAttribute(
      "aria-label",
      cell.kind === "own" ? "A text of your own" : `Your answer to the question ${cell.id}`,
    );
    this.set(cell.text);
    this.field.addEventListener("input", () => acts.type(cell, this.field.value || cell.stub));
    element.append(this.field);
    if (cell.kind === "own") {
      element.append(
        make("button", {
          text: "Remove this text",
          className: "live-button",
          on: () => acts.remove(cell),
        }),
      );
    }
  }

  set(text) {
    const value = text === this.cell.stub ? "" : text;
    if (this.field.value !== value) this.field.value = value;
  }
}
