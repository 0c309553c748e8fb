// Python as it was right after its start: its memory is kept in the browser, and the next worker
// goes on from there instead of starting anew, which takes many times as long.
//
// Pyodide restores a memory that knows no library but its own. Numpy's are loaded again before,
// each to where it was in memory and in the table of functions; what does not come out as it was
// is refused, and Python starts as it did the first time.

// Where Pyodide's loader chooses a library's place in memory.
const CHOOSES = "if(runtimeInitialized){return _calloc(size,1)}";
const TOLD = "if(Module.places?.length){return Module.places.shift()}";
const FIELDS = { memoryBase: 12, memorySize: 16, tableBase: 20, tableSize: 24 }; // of a handle
const NOT_PYTHONS = /\.(a|c|h|pxd|pyi|pyx)$/; // files of packages that no running program reads
const PAGE = 1 << 16; // bytes of memory that are left out together if all are zero

// The source of Pyodide's module, whose loader can be told places.
export const adapted = (source) => source.replace(CHOOSES, TOLD + CHOOSES);

// What a memory depends on beside the files it was made of.
const engine = () => navigator.userAgent;

function* filesIn(FS, folder) {
  for (const name of FS.readdir(folder)) {
    const path = `${folder}/${name}`;
    if (name === "." || name === "..") continue;
    if (FS.isDir(FS.stat(path).mode)) yield* filesIn(FS, path);
    else if (!NOT_PYTHONS.test(name)) yield [path, FS.readFile(path)];
  }
}

// The libraries, in the order in which they were loaded.
function librariesOf({ LDSO, HEAPU32 }) {
  const handles = new Map(
    Object.entries(LDSO.loadedLibsByHandle).map(([handle, one]) => [one, Number(handle)]),
  );
  return Object.values(LDSO.loadedLibsByName)
    .filter(({ name }) => name !== "__main__")
    .map((one) => {
      const { name, global } = one;
      const handle = handles.get(one);
      same(typeof handle, "number", name);
      const about = { name, global, handle };
      for (const [field, at] of Object.entries(FIELDS))
        about[field] = HEAPU32[(handle + at) >>> 2];
      return about;
    });
}

const symbolsOf = ({ GOT }) =>
  Object.fromEntries(Object.entries(GOT).map(([name, { value }]) => [name, value]));

// The parts of memory in which there is something: from where to where.
function partsOf(memory) {
  const words = new Int32Array(memory.buffer, memory.byteOffset, memory.length >>> 2);
  const parts = [];
  for (let at = 0; at < memory.length; at += PAGE) {
    const end = Math.min(at + PAGE, memory.length);
    if (!words.subarray(at >>> 2, end >>> 2).some((word) => word)) continue;
    if (parts.at(-1)?.[1] === at) parts.at(-1)[1] = end;
    else parts.push([at, end]);
  }
  return parts;
}

// Take down Python as it is: a length, a text of that length that says what follows, memory, files.
// `table` is the length that the table of functions had before any library.
export function takeDown(python, table, site) {
  const { _module: module, FS } = python;
  const libraries = librariesOf(module);
  const symbols = symbolsOf(module);
  const files = [...filesIn(FS, site)];
  const memory = python.makeMemorySnapshot();
  const parts = partsOf(memory);
  const sizes = files.map(([path, data]) => [path, data.length]);
  const about = { engine: engine(), table, libraries, symbols, size: memory.length, parts };
  const head = new TextEncoder().encode(JSON.stringify({ ...about, files: sizes }));
  return new Blob([
    new Uint32Array([head.length]),
    head,
    ...parts.map(([at, end]) => memory.subarray(at, end)),
    ...files.map(([, data]) => data),
  ]);
}

// Read what was taken down; undefined if another browser did, or this one before an update.
export function readTaken(buffer) {
  const [length] = new Uint32Array(buffer, 0, 1);
  let at = 4;
  const next = (size) => new Uint8Array(buffer, (at += size) - size, size);
  const about = JSON.parse(new TextDecoder().decode(next(length)));
  if (about.engine !== engine()) return undefined;
  const memory = new Uint8Array(about.size);
  for (const [from, end] of about.parts) memory.set(next(end - from), from);
  const files = new Map(about.files.map(([path, size]) => [path, next(size).slice()]));
  return { ...about, memory, files };
}

// Have Pyodide's module made with the memory and the libraries of before, `taken`.
export function remade(makeModule, { table, libraries, symbols, memory, files }) {
  const compiled = Promise.all(libraries.map(({ name }) => WebAssembly.compile(files.get(name))));
  compiled.catch(() => {}); // told below
  const [, heapAt] = new Uint32Array(memory.buffer); // Pyodide's own head is before it
  const heap = memory.subarray(heapAt);
  return async (settings) => {
    const module = await makeModule(settings);
    const { GOT, wasmTable } = module;
    same(wasmTable.length, table, "the table of functions");
    module.growMemory(heap.length);
    same(module.HEAP8.length, heap.length, "memory");
    module.HEAP8.set(heap); // libraries look around; Pyodide sets it once more after they did
    for (const [number, binary] of (await compiled).entries())
      await load(module, libraries[number], binary);
    for (const [name, value] of Object.entries(symbols)) {
      const is = GOT[name].value;
      if (is === value) continue;
      same(wasmTable.get(value), null, name);
      wasmTable.set(value, wasmTable.get(is)); // a place that was free for a while
      GOT[name].value = value;
    }
    for (const [path, data] of files) {
      module.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      module.FS.writeFile(path, data, { canOwn: true });
    }
    return module;
  };
}

async function load(module, library, binary) {
  const { name, handle, global, memoryBase, memorySize, tableBase, tableSize } = library;
  const { wasmTable } = module;
  if (tableSize && wasmTable.length < tableBase)
    wasmTable.grow(tableBase - wasmTable.length);
  if (tableSize) same(wasmTable.length, tableBase, name);
  module.places = memorySize ? [memoryBase] : [];
  const flags = { loadAsync: true, nodelete: true, global };
  const exports = await module.loadWebAssemblyModule(binary, flags, name, {}, handle);
  same(module.places.length, 0, name);
  module.newDSO(name, handle, exports).global = global;
}

function same(is, was, what) {
  if (is !== was) throw new Error(`${what}: ${is} instead of ${was}`);
}
