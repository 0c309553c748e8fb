// What the pages that run Python have in common: where things are, the worker, other exercises'
// work.

import { fill, isEdited, readReleased } from "./notebook.js";
import { carry } from "./carry.js";
import { Store } from "./store.js";

export const told = JSON.parse(document.getElementById("live-told").textContent);
export const root = new URL(told.root, location.href);
export const address = (path) => new URL(path, root).href;
export const store = new Store(root.pathname);

const ofExercise = ({ name, numbers, notebook }) => ({
  name,
  numbers: address(numbers),
  notebook: address(notebook),
});

export const exercise = (name) => told.exercises.find((one) => one.name === name);

// What a worker is told.
export function forWorker() {
  const { assignment, numpy, lock, home, store: kept } = told;
  const own = told.exercises.filter((one) => one.name === assignment);
  return {
    assignment,
    numpy,
    lock,
    home,
    store: kept,
    worker: address(`${told.code}worker.js`),
    kernel: address(`${told.code}kernel.py`),
    wheel: address(told.wheel),
    runtime: address(told.runtime),
    exercises: own.map(ofExercise),
  };
}

export async function fetchNotebook(name) {
  const answer = await fetch(address(exercise(name).notebook));
  if (!answer.ok)
    throw new Error(`the notebook of ${name} is not to be had (${answer.status})`);
  return answer.json();
}

// Lay other exercises, with what the reader has written there, beside the one that runs.
export async function layOthers(python, names) {
  for (const name of new Set(names)) {
    const about = exercise(name);
    if (about) {
      const notebook = await fetchNotebook(name);
      const released = readReleased(notebook);
      const { work } = carry(store.read(name), released, about.version);
      const known = new Set(released.filter(isEdited).map((cell) => cell.id));
      const texts = Object.fromEntries(
        Object.entries(work.cells)
          .filter(([id]) => known.has(id))
          .map(([id, { text }]) => [id, text]),
      );
      await python.ask("lay", { exercises: [ofExercise(about)] });
      await python.ask("write", {
        path: `${name}/${name}.ipynb`,
        content: fill(notebook, { texts, own: work.own }),
      });
    }
  }
}

// An element in a line.
export function make(tag, { text, on, ...about } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), about);
  if (tag === "button") element.type = "button";
  if (text !== undefined) element.textContent = text;
  if (on) element.addEventListener("click", on);
  element.append(...children);
  return element;
}

// What Python's state means to a reader.
export function stateWords(state, error) {
  return {
    off: "Python starts when you go to a cell. The first time, your browser fetches 16 MB " +
      "for it; it keeps 55 MB, and from then on Python starts fast on every page.",
    starting: "Python is starting …",
    ready: "Python is ready.",
    busy: "Python is at work …",
    failed: `Python could not be started (${error?.message ?? "no reason given"}). Reload ` +
      `the page to try again, or open the notebook elsewhere.`,
  }[state];
}
