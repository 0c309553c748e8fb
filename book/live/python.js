// Python for a page: one worker that runs what it is asked, and one in reserve for when it
// must be stopped.

// Milliseconds after which a run may be one without an end: then a reserve is made.
const LONG = 2000;

export class Stopped extends Error {}

// A worker, its messages answered by number.
class Runner {
  constructor(told) {
    this.waiting = new Map();
    this.number = 0;
    this.worker = new Worker(told.worker, { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault?.();
      this.fail(new Error(event.message || "the worker cannot be started"));
    };
    this.ready = this.ask("start", told);
    this.ready.catch(() => {});
  }

  ask(what, about = {}, shown = () => {}) {
    const number = this.number++;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject, shown });
      this.worker.postMessage({ number, what, about });
    });
  }

  hear({ number, shown, result, failed, keeps }) {
    if (keeps !== undefined) this.keeps = keeps;
    const one = this.waiting.get(number);
    if (!one) return;
    if (shown) return one.shown(shown);
    this.waiting.delete(number);
    if (failed) one.reject(new Error(failed));
    else one.resolve(result);
  }

  fail(error) {
    for (const one of this.waiting.values()) one.reject(error);
    this.waiting.clear();
  }

  end(error) {
    this.worker.terminate();
    this.fail(error);
  }
}

export class Python {
  // `told` is what a worker is told; `changed` hears of each change: "off", "starting",
  // "ready", "busy", "failed".
  constructor(told, changed) {
    Object.assign(this, {
      told,
      changed,
      state: "off",
      runner: null,
      reserve: null,
      age: 0,
      busy: 0,
    });
  }

  is(state, error) {
    this.state = state;
    this.changed(state, error);
  }

  async start() {
    if (!this.runner) {
      this.runner = this.reserve ?? new Runner(this.told);
      this.reserve = null;
      this.age += 1; // what ran in another worker has not run in this one
    }
    const runner = this.runner;
    if (this.state === "ready" || this.state === "busy") return runner.ready;
    this.is("starting");
    try {
      await runner.ready;
    } catch (error) {
      if (this.runner === runner) {
        this.runner = null;
        runner.end(error);
        this.is("failed", error);
      }
      throw error;
    }
    if (this.runner === runner && this.state === "starting") this.is("ready");
    return undefined;
  }

  // Have the worker do something; it takes one thing after the other.
  async ask(what, about, shown) {
    await this.start();
    const runner = this.runner;
    this.busy += 1;
    this.is("busy");
    const long = setTimeout(() => this.prepare(), LONG);
    try {
      return await runner.ask(what, about, shown);
    } catch (error) {
      if (this.runner === runner && isFatal(error)) this.stop(error);
      throw error;
    } finally {
      clearTimeout(long);
      if (this.runner === runner) {
        this.busy -= 1;
        if (!this.busy) this.is("ready");
      }
    }
  }

  // Warm a worker that can step in at once.
  prepare() {
    this.reserve ??= new Runner(this.told);
  }

  // Whether one should be warmed before any run takes long: where a start cannot be kept, so that
  // each is slow, unless memory is scarce.
  get shouldPrepare() {
    const slow = this.state === "ready" && this.runner.keeps === false && !this.reserve;
    return slow && (navigator.deviceMemory ?? 8) >= 4;
  }

  // End whatever runs. What was defined is gone; the reserve takes over.
  stop(reason = new Stopped("stopped")) {
    const old = this.runner;
    this.runner = null;
    this.busy = 0;
    this.state = "off";
    old?.end(reason);
    return this.start().catch(() => {});
  }
}

// Python itself has gone down, as by a recursion that is deeper than the browser's own.
function isFatal(error) {
  return /fatal|call stack|out of memory|unreachable|already been destroyed/i.test(
    error.message,
  );
}
