// An exercise's page as the place to work.

import { AnswerView, CellView } from "./cell.js";
import { isCode } from "./notebook.js";
import { setText } from "./output.js";
import {
  address,
  exercise,
  fetchNotebook,
  forWorker,
  layOthers,
  make,
  root,
  stateWords,
  store,
  told,
} from "./page.js";
import { sentence } from "./points.js";
import { Python } from "./python.js";
import { whyNot } from "./store.js";
import { Workbook } from "./workbook.js";

const panel = document.getElementById("live-panel");
const part = (name) => document.getElementById(`live-${name}`);
const views = new Map();
const heard = make("p", { className: "live-heard" });
heard.setAttribute("aria-live", "polite");
let book;

const python = new Python(forWorker(), (state, error) => {
  part("status").textContent = stateWords(state === "busy" ? "ready" : state, error);
  part("start").hidden = state !== "off" && state !== "failed";
  document.documentElement.dataset.python = state;
  if (state === "ready" && book?.ran.size && python.shouldPrepare)
    setTimeout(() => python.shouldPrepare && python.prepare(), 500);
});

const acts = {
  type: (cell, text) => book.type(cell, text),
  find: (id) => book.cell(id),
  touch: () => {
    python.start().catch(() => {});
  },
  stop: () => python.stop(),
  reset: (cell) => book.reset(cell),
  earlier: (cell) => book.earlier(cell.id),
  restore: (cell, text) => book.replace(cell, text, "before an earlier text came back"),
  add: (cell) => book.add(cell),
  remove: (cell) => book.remove(cell),
  async run(cell, at = cell) {
    const other =
      cell.kind === "check" &&
      (at === cell ? book.cells.find((one) => one.check === cell.id) : cell);
    if (other) views.get(other.id).output.clear(); // the same verdict never stands in two places
    await book.run(cell, at);
    if (cell.kind === "check") book.countSoon();
  },
};

function say(...sentences) {
  part("notes").append(setText(make("p", { className: "live-note" }), sentences.join(" ")));
}

function download() {
  book.save();
  const file = new Blob([book.file], { type: "application/x-ipynb+json" });
  const link = make("a", {
    href: URL.createObjectURL(file),
    download: `${told.assignment}.ipynb`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function makePanel() {
  const file = make("input", { type: "file", accept: ".ipynb", hidden: true });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen) say(book.open(await chosen.text()));
    file.value = "";
  });
  const button = (id, text, on, kind = "") =>
    make("button", { id: `live-${id}`, text, on, className: `live-button ${kind}` });
  part("buttons").append(
    button("start", "Start Python", () => python.start().catch(() => {}), "live-first"),
    button("download", "Download my notebook", download),
    button("open", "Open a notebook", () => file.click()),
    file,
  );
  part("status").textContent = stateWords("off");
  const keys = make("p", {
    id: "live-keys",
    className: "live-heard",
    text: "Shift and Enter run the cell. Tab indents once you have typed; after Escape, Tab" +
      " goes on to the next thing.",
  });
  panel.append(keys, heard);
}

// Give each cell of the notebook its place in the page: they come in the same order.
function makeViews() {
  const inPage = [...document.querySelectorAll(".bd-article div.cell:not(.cell-own)")];
  const answers = [...document.querySelectorAll(".bd-article p.answer-here")];
  for (const cell of book.cells.filter((one) => one.kind !== "own")) {
    if (isCode(cell)) {
      const element = inPage.shift();
      if (cell.kind !== "given")
        views.set(cell.id, new CellView(cell, element, root.href, acts));
      else views.set(cell.id, givenView(cell, element));
    } else if (cell.kind === "written") {
      const place = make("div", { className: "live-written" });
      answers.shift().replaceWith(place);
      views.set(cell.id, new AnswerView(cell, place, acts));
    }
  }
  placeOwn();
}

// A cell of the course's own: it runs by itself, and is seen only if that fails.
function givenView(cell, element) {
  const view = new CellView(cell, element, root.href, acts);
  view.bar.classList.add("live-quiet");
  return view;
}

// Put cells of the student's own where they belong, and take those away that are gone.
function placeOwn() {
  document.querySelectorAll(".cell-own").forEach((element) => element.remove());
  let last = null;
  const waiting = [];
  for (const cell of book.cells) {
    if (cell.kind === "own") {
      const element = ownElement(cell);
      if (last) last.after(element);
      else waiting.push(element);
      last = last ? element : null;
    } else if (cell.kind === "text") {
      last = null;
    } else {
      last = views.get(cell.id).element;
      waiting.splice(0).forEach((element) => last.before(element));
    }
  }
  const end = [...views.values()].at(-1).element;
  waiting.reverse().forEach((element) => end.after(element));
}

function ownElement(cell) {
  const label = make("p", {
    className: "cell-label",
    text: cell.markdown ? "Your own text" : "Your own cell",
  });
  const element = make("div", { className: "cell cell-own cell-yours" }, label);
  if (cell.markdown) {
    views.set(cell.id, new AnswerView(cell, element, acts));
    return element;
  }
  const place = make("div", { className: "highlight" });
  element.append(
    make(
      "div",
      { className: "cell_input" },
      make("div", { className: "highlight-ipython3" }, place),
    ),
  );
  views.set(cell.id, new CellView(cell, element, root.href, acts));
  return element;
}

function follow() {
  const on = (type, act) => book.addEventListener(type, ({ detail }) => act(detail));
  on("text", (cell) => views.get(cell.id)?.set(cell.text));
  on("cells", (added) => {
    placeOwn();
    if (added) views.get(added.id).editor?.focus();
  });
  on("said", (sentences) => say(...sentences));
  on("kept", showKept);
  on("points", showPoints);
  on("shown", ({ cell, begins, what, ended, well, whole, failed }) => {
    const view = views.get(cell.id);
    if (begins) view.begin();
    else if (what) view.show(what);
    else if (ended) {
      const words = view.end(well);
      if (whole || !well) heard.textContent = words;
    } else heard.textContent = view.fail(failed);
  });
}

function showKept(why) {
  part("notes").querySelector(".live-lost")?.remove();
  if (why)
    part("notes").append(make("p", { className: "live-note live-lost", text: whyNot(why) }));
}

function showPoints(points) {
  setText(part("points"), sentence(points));
}

async function open() {
  const about = exercise(told.assignment);
  const notebook = await fetchNotebook(told.assignment);
  book = new Workbook({
    notebook,
    version: about.version,
    assignment: told.assignment,
    store,
    python,
    lay: (names) => layOthers(python, names),
  });
  makePanel();
  makeViews();
  follow();
  if (book.said.length) say(...book.said);
  if (book.points) showPoints(book.points);
  showKept(book.why);
  addEventListener("pagehide", () => book.save());
  addEventListener("visibilitychange", () => book.save());
  addEventListener("beforeunload", (event) => {
    book.save();
    if (book.why) event.preventDefault();
  });
  document.documentElement.dataset.live = "there";
}

if (location.protocol !== "file:") {
  open().catch((error) => {
    part("status").textContent =
      `This page cannot run Python (${error.message}). Open the notebook as below.`;
  });
}
export { address, book, python };
