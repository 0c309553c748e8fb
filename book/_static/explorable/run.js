// What follows from a setting: the numbers of each cell, forward and back, and what is shown of
// them.
{
  const { inputs, weights, fromLoss, cells, length } = explorable;

  // All numbers of a setting: each cell forward and back, step by step.
  function run(cell, setting, networks) {
    const x = inputs(setting, networks),
      da = fromLoss({ ...setting, n: x.length });
    const carry = { a: setting.ca, c: setting.cc };
    const [own, plain] = explorable.drawings[cell].cells.map((name) => {
      const P = weights(setting, networks[name]);
      const q = cells[name].forward(x, P);
      const { steps: d, totals } = cells[name].backward(q, da, P, carry);
      return { q, d, P, totals };
    });
    return { ...own, plain, x, n: x.length, setting };
  }

  // What the arithmetic of one step may look at.
  function atStep({ q, d, P, plain, x, n, setting }, words) {
    const t = setting.t,
      entry = Math.max(0, x[t - 1].indexOf(1));
    const step = {
      t,
      n,
      setting,
      P,
      q: q[t - 1],
      d: d[t - 1],
      words: words?.[t - 1],
      entry: words ? entry : 0,
    };
    if (plain) step.plain = { q: plain.q[t - 1], d: plain.d[t - 1], P: plain.P };
    return step;
  }

  // The numbers on an edge: of both units, or of the one input.
  function valuesOf(key, step) {
    const [from, name] = key.startsWith("plain.") ? [step.plain, key.slice(6)] : [step, key];
    const values =
      from.q[name] && !(step.setting.way === "backward" && name === "kept")
        ? from.q[name]
        : (from.d[name] ?? from.q[name]);
    return name === "x" || name === "dx" ? [values[step.entry]] : values;
  }

  function curves(cell, { q, d, plain, setting }) {
    const two = cell === "lstm";
    if (setting.way === "backward") {
      const of = (steps, name) => steps.map((step) => length(step[name]));
      return two
        ? [
            { name: "length of dc", values: of(d, "dc"), kind: "first" },
            { name: "length of da", values: of(d, "daNext"), kind: "second" },
          ]
        : [
            { name: "GRU", values: of(d, "daNext"), kind: "first" },
            { name: "plain network", values: of(plain.d, "daNext"), kind: "second" },
          ];
    }
    const of = (steps, name) => steps.map((step) => step[name][0]);
    return two
      ? [
          { name: "c of unit 1", values: of(q, "c"), kind: "first" },
          { name: "a of unit 1", values: of(q, "a"), kind: "second" },
        ]
      : [
          { name: "GRU, unit 1", values: of(q, "a"), kind: "first" },
          { name: "plain network, unit 1", values: of(plain.q, "a"), kind: "second" },
        ];
  }

  Object.assign(explorable, { run, atStep, valuesOf, curves });
}
