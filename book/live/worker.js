// Python in a worker of the page. It is told what to do by messages with a number, and answers
// each.
// What it fetches it keeps in the browser, so that the next page starts without a network; and
// Python's memory after the start, so that it starts at once.

import { adapted, readTaken, remade, takeDown } from "./resume.js";

let told; // addresses and names, as the page knows them
let kernel; // kernel.py's Kernel
let python; // Pyodide
let driver; // figure_driver.py, once a figure is driven by a reader's own function
const network = self.fetch.bind(self);

// Fetch what never changes under its address: from what is kept, else from the network, to be kept.
async function kept(address) {
  let store;
  try {
    store = await caches.open(told.store);
    const found = await store.match(address);
    if (found) return found;
  } catch {
    /* nothing can be kept here: a private window, or a page without https */
  }
  const answer = await network(address);
  if (!answer.ok) throw new Error(`${address} gives ${answer.status}`);
  store?.put(address, answer.clone()).catch(() => {});
  return answer;
}

// Fetch from the browser's own cache and not from the network: beside what is there a browser keeps
// the code that it has made of a WebAssembly.
async function cached(address) {
  const answer = await network(address, { cache: "only-if-cached", mode: "same-origin" });
  if (!answer.ok) throw new Error(`${address} is not there`);
  return answer;
}

const bytes = async (address) => new Uint8Array(await (await kept(address)).arrayBuffer());
const text = async (address) => (await kept(address)).text();
const within = (name) => new URL(name, told.runtime).href;

// Import a module whatever the host says that its file is: not every one knows the ending .mjs.
async function module(source) {
  const url = URL.createObjectURL(new Blob([await source], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

// Fetch what belongs to exercises: each one's numbers and notebook.
const fetched = (exercises) =>
  Promise.all(
    exercises.map(async ({ name, numbers, notebook }) => {
      const [npz, ipynb] = await Promise.all([bytes(numbers), bytes(notebook)]);
      return { name, npz, ipynb };
    }),
  );

// Lay out a folder as students have it: the numbers and notebooks of exercises side by side.
async function layOut(exercises) {
  for (const { name, npz, ipynb } of await exercises) {
    const folder = `${told.home}/${name}`;
    python.FS.mkdirTree(folder);
    python.FS.writeFile(`${folder}/${name}.npz`, npz);
    python.FS.writeFile(`${folder}/${name}.ipynb`, ipynb);
  }
}

// Where modules are found, whatever folder Python works in.
const site = () => python.runPython("import site; site.getsitepackages()[0]");

// Import a module of the page's own Python.
function imported(name, source) {
  python.FS.writeFile(`${site()}/${name}.py`, source);
  python.pyimport("importlib").invalidate_caches(); // it may have looked into the folder before
  return python.pyimport(name);
}

// Load Pyodide. `make` makes its module out of the function that Pyodide has for it.
async function load(make, settings) {
  const library = kept(within("python_stdlib.zip"));
  library.catch(() => {}); // told below, once it is waited for
  const [{ loadPyodide }, assembly] = await Promise.all([
    module(text(within("pyodide.mjs"))),
    module(text(within("pyodide.asm.mjs")).then(adapted)),
  ]);
  self.fetch = (what, ...more) => {
    // the core, which Pyodide fetches by itself, is kept too
    const address = String(what.url ?? what);
    if (!address.startsWith(told.runtime)) return network(what, ...more);
    return settings._loadSnapshot ? cached(address).catch(() => kept(address)) : kept(address);
  };
  const loaded = await loadPyodide({
    indexURL: told.runtime,
    createPyodideModule: make(assembly.default),
    lockFileContents: { info: told.lock, packages: {} },
    packageBaseUrl: told.runtime,
    ...settings,
  });
  await library;
  return loaded;
}

// Start Python from nothing, and give what is to be kept of it.
async function begin() {
  const packages = Promise.all([within(told.numpy), told.wheel].map(bytes));
  const source = text(told.kernel);
  packages.catch(() => {});
  source.catch(() => {});
  let table;
  const make = (makeModule) => async (about) => {
    const made = await makeModule(about);
    table = made.wasmTable.length;
    return made;
  };
  python = await load(make, { _makeSnapshot: true });
  const extractDir = site();
  for (const wheel of await packages) python.unpackArchive(wheel, "wheel", { extractDir });
  imported("page_kernel", await source);
  python.runPython("import numpy, unrolled");
  return () => takeDown(python, table, extractDir);
}

// Go on from where an earlier worker was after its start.
async function resume(answer) {
  const taken = readTaken(await answer.arrayBuffer());
  if (!taken) return false;
  python = await load((make) => remade(make, taken), { _loadSnapshot: taken.memory });
  python.runPython(AFRESH);
  return true;
}

// What must not be as it was; and a sum, to see that numpy is there.
const AFRESH = `
import importlib, sys, numpy
importlib.invalidate_caches()
if "random" in sys.modules:
    sys.modules["random"].seed()
assert numpy.arange(4.0) @ numpy.ones(4) == 6
`;

// Where the memory of the start is kept: another release of the course has another.
const memory = () =>
  `${within("started")}?${new URLSearchParams({ of: [told.wheel, told.kernel] })}`;

// Keep it, in place of an older one, and tell the page whether that went well.
async function keep(store, take) {
  let keeps = false;
  try {
    const taken = new Response(take());
    for (const { url } of await store.keys())
      if (url.startsWith(within("started?"))) await store.delete(url);
    await store.put(memory(), taken);
    keeps = true;
  } catch {
    /* no room, no place to keep it, or a memory that cannot be taken down: the next start is slow */
  }
  postMessage({ keeps });
}

async function start(about) {
  told = about;
  const exercises = fetched(told.exercises);
  exercises.catch(() => {}); // told below, once it is waited for
  const store = await caches.open(told.store).catch(() => undefined);
  const earlier = await store?.match(memory());
  const resumed = earlier && (await resume(earlier).catch(() => false));
  if (resumed) postMessage({ keeps: true });
  else keep(store, await begin());
  python.FS.mkdirTree(`${told.home}/docs`);
  python.FS.writeFile(`${told.home}/docs/index.html`, ""); // the book is at hand: checks lead to it
  await layOut(exercises);
  kernel = python.pyimport("page_kernel").Kernel(told.home, told.assignment);
}

const answers = {
  start,
  lay: ({ exercises }) => layOut(fetched(exercises)),
  write: ({ path, content }) => kernel.write(path, content),
  run({ cell, source }, number) {
    const show = (kind, first, second) =>
      postMessage({ number, shown: { kind, first, second } });
    return kernel.run(cell, source, show);
  },
  points() {
    const found = kernel.points();
    const plain = found.toJs({ dict_converter: Object.fromEntries });
    found.destroy();
    return plain;
  },
  async drive({ source, assignment, name, asked }) {
    driver ??= imported("figure_driver", await text(source));
    const given = python.toPy(asked);
    const found = driver.drive(told.home, assignment, name, given);
    const plain = found.toJs({ dict_converter: Object.fromEntries });
    [given, found].forEach((one) => one.destroy());
    return plain;
  },
  borrow: ({ assignment, names }) => kernel.borrow(assignment, python.toPy(names)),
};

let last = Promise.resolve(); // one after the other, in the order of the messages
self.onmessage = ({ data: { number, what, about } }) => {
  last = last
    .then(() => answers[what](about, number))
    .then(
      (result) => postMessage({ number, result }),
      (error) =>
        postMessage({
          number,
          failed: String(error?.message ?? error)
            .trim()
            .split("\n")
            .at(-1),
        }),
    );
};
