// Python in a worker of the page. It is told what to do by messages with a number, and answers
// each.

import { Kept } from "./kept.js";
import { adapted, readTaken, remade, takeDown } from "./resume.js";

// What must not be as it was when a start is gone on from; and a sum, to see that numpy is there.
const AFRESH = `
import importlib, sys, numpy
importlib.invalidate_caches()
if "random" in sys.modules:
    sys.modules["random"].seed()
assert numpy.arange(4.0) @ numpy.ones(4) == 6
`;

let told; // addresses and names, as the page knows them
let kept; // what the browser keeps
let kernel; // kernel.py's Kernel
let python; // Pyodide
let driver; // figure_driver.py, once a figure is driven by a reader's own function
const network = self.fetch.bind(self);

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
      const [npz, ipynb] = await Promise.all([numbers, notebook].map((one) => kept.bytes(one)));
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
  const library = kept.fetch(within("python_stdlib.zip"));
  library.catch(() => {}); // told below, once it is waited for
  const [{ loadPyodide }, assembly] = await Promise.all([
    module(kept.text(within("pyodide.mjs"))),
    module(kept.text(within("pyodide.asm.mjs")).then(adapted)),
  ]);
  self.fetch = (what, ...more) => {
    // the core, which Pyodide fetches by itself, is kept too
    const address = String(what.url ?? what);
    if (!address.startsWith(told.runtime)) return network(what, ...more);
    return settings._loadSnapshot ? kept.cached(address) : kept.fetch(address);
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
  const packages = Promise.all([within(told.numpy), told.wheel].map((one) => kept.bytes(one)));
  const source = kept.text(told.kernel);
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
  delete python._api.config._loadSnapshot; // nobody needs it any more, and it is large
  python.runPython(AFRESH);
  return true;
}

// Keep what it was after its start, and tell the page whether that went well.
async function keep(take) {
  let keeps = true;
  try {
    await kept.keep(take());
  } catch {
    keeps = false; // no place, no room, or nothing that can be taken down: the next start is slow
  }
  postMessage({ keeps });
}

async function start(about) {
  told = about;
  kept = new Kept(told);
  const exercises = fetched(told.exercises);
  exercises.catch(() => {}); // told below, once it is waited for
  const earlier = await kept.memory();
  const resumed = earlier && (await resume(earlier).catch(() => false));
  if (resumed) postMessage({ keeps: true });
  else {
    if (earlier) await kept.forget();
    keep(await begin());
  }
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
    driver ??= imported("figure_driver", await kept.text(source));
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
