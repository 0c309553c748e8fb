// Python in a worker of the page. It is told what to do by messages with a number, and answers
// each.
// What it fetches it keeps in the browser, so that the next page starts without a network.

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

const bytes = async (address) => new Uint8Array(await (await kept(address)).arrayBuffer());
const text = async (address) => (await kept(address)).text();

// Import a module whatever the host says that its file is: not every one knows the ending .mjs.
async function module(address) {
  const source = new Blob([await text(address)], { type: "text/javascript" });
  const url = URL.createObjectURL(source);
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

// Lay out a folder as students have it: the numbers and notebooks of exercises side by side.
async function layOut(exercises) {
  await Promise.all(
    exercises.map(async ({ name, numbers, notebook }) => {
      const folder = `${told.home}/${name}`;
      const [npz, ipynb] = await Promise.all([bytes(numbers), bytes(notebook)]);
      python.FS.mkdirTree(folder);
      python.FS.writeFile(`${folder}/${name}.npz`, npz);
      python.FS.writeFile(`${folder}/${name}.ipynb`, ipynb);
    }),
  );
}

// Where modules are found, whatever folder Python works in.
const site = () => python.runPython("import site; site.getsitepackages()[0]");

// Import a module of the page's own Python.
function imported(name, source) {
  python.FS.writeFile(`${site()}/${name}.py`, source);
  python.pyimport("importlib").invalidate_caches(); // it may have looked into the folder before
  return python.pyimport(name);
}

async function start(about) {
  told = about;
  const within = (name) => new URL(name, told.runtime).href;
  const packages = Promise.all([within(told.numpy), told.wheel].map(bytes));
  const source = text(told.kernel);
  const assembly = module(within("pyodide.asm.mjs"));
  const library = kept(within("python_stdlib.zip"));
  packages.catch(() => {}); // told below, once it is waited for
  source.catch(() => {});
  library.catch(() => {});
  const { loadPyodide } = await module(within("pyodide.mjs"));
  self.fetch = (what, ...more) => {
    // the core, which Pyodide fetches by itself, is kept too
    const address = String(what.url ?? what);
    return address.startsWith(told.runtime) ? kept(address) : network(what, ...more);
  };
  python = await loadPyodide({
    indexURL: told.runtime,
    createPyodideModule: (await assembly).default,
    lockFileContents: { info: told.lock, packages: {} },
    packageBaseUrl: told.runtime,
  });
  await library;
  const extractDir = site();
  for (const wheel of await packages) python.unpackArchive(wheel, "wheel", { extractDir });
  python.FS.mkdirTree(`${told.home}/docs`);
  python.FS.writeFile(`${told.home}/docs/index.html`, ""); // the book is at hand: checks lead to it
  await layOut(told.exercises);
  kernel = imported("page_kernel", await source).Kernel(told.home, told.assignment);
  python.runPython("import numpy, unrolled");
}

const answers = {
  start,
  lay: ({ exercises }) => layOut(exercises),
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
