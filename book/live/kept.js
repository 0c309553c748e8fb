// What a worker keeps in the browser: all that it fetches, so that the next page needs no network,
// and Python's memory after the start, so that the next start takes no time.

const network = self.fetch.bind(self);
const folderOf = (address) => address.slice(0, address.lastIndexOf("/") + 1);

export class Kept {
  // `wheel` and `kernel` lie in folders whose names change with every release of the course.
  constructor({ store, runtime, wheel, kernel }) {
    Object.assign(this, { name: store, runtime });
    this.folders = [runtime, folderOf(wheel), folderOf(kernel)];
    this.home = new URL("..", folderOf(wheel)).href;
    this.started = `${runtime}started?${new URLSearchParams({ of: [wheel, kernel] })}`;
  }

  // The store; undefined where nothing can be kept: in a private window, on a page without https.
  async open() {
    try {
      return await caches.open(this.name);
    } catch {
      return undefined;
    }
  }

  async found(address) {
    try {
      return await (await this.open())?.match(address);
    } catch {
      return undefined;
    }
  }

  // Fetch what never changes under its address: from what is kept, else from the network, to be kept.
  async fetch(address) {
    const found = await this.found(address);
    if (found) return found;
    const answer = await network(address);
    if (!answer.ok) throw new Error(`${address} gives ${answer.status}`);
    const store = await this.open();
    store?.put(address, answer.clone()).catch(() => {});
    return answer;
  }

  async bytes(address) {
    return new Uint8Array(await (await this.fetch(address)).arrayBuffer());
  }

  async text(address) {
    return (await this.fetch(address)).text();
  }

  // The same out of the browser's own cache, if it is there: with it a browser keeps the code that
  // it has made of a WebAssembly.
  async cached(address) {
    try {
      const how = { cache: "only-if-cached", mode: "same-origin" };
      const answer = await network(address, how);
      if (answer.ok) return answer;
    } catch {
      /* it is not there, or no host of this page's */
    }
    return this.fetch(address);
  }

  memory() {
    return this.found(this.started);
  }

  async forget() {
    await (await this.open())?.delete(this.started);
  }

  // Keep Python's memory, in place of what other releases of this course have left.
  async keep(memory) {
    const store = await this.open();
    await this.tidy();
    await store.put(this.started, new Response(memory));
  }

  async tidy() {
    const all = this.name.replace(/[^-]*$/, ""); // a store's name ends with Pyodide's version
    for (const name of await caches.keys()) {
      if (!name.startsWith(all)) continue;
      const store = await caches.open(name);
      for (const { url } of await store.keys()) if (this.isOlder(url)) await store.delete(url);
    }
  }

  isOlder(url) {
    if (url.startsWith(`${this.runtime}started?`)) return url !== this.started;
    return (
      url.startsWith(this.home) && !this.folders.some((folder) => url.startsWith(folder))
    );
  }
}
