// What a reader can set, how it stands in an address, and the inputs and weights that it means.
{
  const NUMBERS = {
    // lowest, highest, step
    n: [8, 12, 1],
    seed: [1, 99, 1],
    t: [1, 12, 1],
    ca: [0, 1, 1],
    cc: [0, 1, 1],
    rec: [0, 4, 0.1],
    inp: [0, 4, 0.1],
    g: [1, 18, 1],
    bf: [-8, 8, 0.5],
    bi: [-8, 8, 0.5],
    bo: [-8, 8, 0.5],
    bz: [-8, 8, 0.5],
    br: [-8, 8, 0.5],
  };
  const WORDS = {
    on: ["sentence", "pulse", "noise", "hand"],
    way: ["forward", "backward"],
    pick: /^[\w.]+$/,
    ask: /^\w+$/,
  };
  const LISTS = { loss: [1, 12], hand: [-2, 2] };
  const START = {
    on: "sentence",
    n: 12,
    seed: 1,
    hand: [1, 0, 0, 0, -1, 0, 0, 0, 0, 1.5, 0, 0],
    g: 12,
    rec: 1,
    inp: 1,
    bf: 0,
    bi: 0,
    bo: 0,
    bz: 0,
    br: 0,
    loss: [5, 12],
    ca: 1,
    cc: 1,
    t: 9,
    way: "forward",
    pick: "",
    ask: "",
  };
  const within = (value, [low, high]) => Math.min(high, Math.max(low, value));

  // One entry as it stands in an address, or undefined where it says nothing that can be set.
  function understood(key, text) {
    if (key in NUMBERS) {
      const value = Number(text);
      return text !== "" && Number.isFinite(value) ? within(value, NUMBERS[key]) : undefined;
    }
    if (key in LISTS) {
      const values = text.split(",").map(Number);
      const fine = values.length <= 12 && values.every(Number.isFinite);
      return fine ? values.map((value) => within(value, LISTS[key])) : undefined;
    }
    const known = WORDS[key];
    return known && (Array.isArray(known) ? known.includes(text) : known.test(text))
      ? text
      : undefined;
  }

  // "on=noise&bf=3" as a setting: what is not named is as at the start.
  function read(text, start = START) {
    const setting = { ...start };
    for (const [key, value] of new URLSearchParams(text)) {
      setting[key] = understood(key, value) ?? setting[key];
    }
    return setting;
  }

  // The other way: only what differs from the start, so that an address is short.
  function written(setting, start) {
    const differs = Object.keys(START).filter((key) => String(setting[key]) !== String(start[key]));
    return differs.map((key) => `${key}=${String(setting[key])}`).join("&");
  }

  // Numbers that look random and are the same for everybody who names the same seed (mulberry32).
  function noise(seed, n) {
    let state = seed * 2654435769;
    return Array.from({ length: n }, () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return Math.round(300 * (((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) - 150) / 100;
    });
  }

  // The inputs, a vector for each step.
  function inputs(setting, { sentence }) {
    const { on, n, seed, hand } = setting;
    if (on === "sentence") return sentence.slice(0, n);
    const made = { pulse: () => [1], noise: () => noise(seed, n), hand: () => hand }[on]();
    return Array.from({ length: n }, (_, t) => [made[t] ?? 0]);
  }

  // The weights: all times `g` twelfths, state's columns and input's columns by their scales,
  // biases moved.
  function weights({ on, g, rec, inp, ...setting }, base) {
    const network = base[on === "sentence" ? "sentence" : "numbers"];
    const parameters = {};
    for (const [name, entries] of Object.entries(network)) {
      const bias = name.startsWith("b");
      parameters[name] = entries.map((row) =>
        bias
          ? (g / 12) * row + (setting[name] ?? 0)
          : row.map((w, j) => (g / 12) * (j < 2 ? rec : inp) * w),
      );
    }
    return parameters;
  }

  // The gradient that the loss puts into each step's hidden state: 1 for unit 1 where it reads it.
  const fromLoss = ({ n, loss }) =>
    Array.from({ length: n }, (_, t) => [loss.includes(t + 1) ? 1 : 0, 0]);

  Object.assign(explorable, { START, NUMBERS, read, written, inputs, weights, fromLoss });
}
