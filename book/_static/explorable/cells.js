// The three cells of the book, forward and backward, for one example. A vector is an array of
// numbers, a matrix an array of rows. Names are those of the notation page; `cc` is the candidate
// of the LSTM, `hh` that of the GRU.
window.explorable ??= {};
{
  const sigmoid = (z) => 0.5 * (1 + Math.tanh(0.5 * z));
  const zeros = (n) => new Array(n).fill(0);
  const entries = (n, of) => Array.from({ length: n }, (_, k) => of(k));
  const length = (v) => Math.hypot(...v);

  // W v, and the transposed: what goes back through W
  const through = (W, v) => W.map((row) => row.reduce((sum, w, j) => sum + w * v[j], 0));
  const back = (W, dz) => W[0].map((_, j) => W.reduce((sum, row, k) => sum + row[j] * dz[k], 0));

  // a weight's gradient collects, from every step, what arrived times what the weight was
  // multiplied by
  function collect(totals, letter, dz, v) {
    const W = (totals[`W${letter}`] ??= dz.map(() => zeros(v.length)));
    const b = (totals[`b${letter}`] ??= zeros(dz.length));
    dz.forEach((slope, k) => {
      b[k] += slope;
      v.forEach((entry, j) => {
        W[k][j] += slope * entry;
      });
    });
  }

  // From the first step to the last; `start` is what comes before it.
  function forth(step, x, P, start) {
    const steps = [];
    for (const xt of x) {
      steps.push(step(xt, steps.at(-1) ?? start, P));
    }
    return steps;
  }

  function backwards(step, steps, da, P, carry, names) {
    const totals = {},
      found = [];
    let later = { daPrev: zeros(da[0].length), dcPrev: zeros(da[0].length) };
    for (let t = steps.length - 1; t >= 0; t -= 1) {
      const fromLoss = da[t];
      const daNext = fromLoss.map((g, k) => g + carry.a * later.daPrev[k]);
      const dcNext = later.dcPrev.map((g) => carry.c * g);
      later = {
        fromLoss,
        carried: later.daPrev,
        daNext,
        dcNext,
        ...step(steps[t], daNext, dcNext, P),
      };
      for (const letter of names) {
        collect(totals, letter, later[`dz${letter}`], later.reads[letter]);
      }
      found.unshift(later);
    }
    return { steps: found, totals };
  }

  function plainStep(x, { a: aPrev }, P) {
    const v = [...aPrev, ...x];
    const z = through(P.Wa, v).map((sum, k) => sum + P.ba[k]);
    return { x, aPrev, v, z, a: z.map(Math.tanh) };
  }

  function plainStepBack({ a, v }, daNext, _, P) {
    const dza = daNext.map((g, k) => g * (1 - a[k] ** 2));
    const dv = back(P.Wa, dza),
      n = a.length;
    return { dza, dv, daPrev: dv.slice(0, n), dcPrev: zeros(n), dx: dv.slice(n), reads: { a: v } };
  }

  function lstmStep(x, { a: aPrev, c: cPrev }, P) {
    const v = [...aPrev, ...x],
      n = aPrev.length;
    const sum = (letter, k) =>
      P[`W${letter}`][k].reduce((all, w, j) => all + w * v[j], P[`b${letter}`][k]);
    const f = entries(n, (k) => sigmoid(sum("f", k)));
    const i = entries(n, (k) => sigmoid(sum("i", k)));
    const cc = entries(n, (k) => Math.tanh(sum("c", k)));
    const o = entries(n, (k) => sigmoid(sum("o", k)));
    const kept = entries(n, (k) => f[k] * cPrev[k]);
    const written = entries(n, (k) => i[k] * cc[k]);
    const c = entries(n, (k) => kept[k] + written[k]);
    const bent = c.map(Math.tanh);
    const a = entries(n, (k) => o[k] * bent[k]);
    return { x, aPrev, cPrev, v, f, i, cc, o, kept, written, c, bent, a };
  }

  function lstmStepBack({ cPrev, v, f, i, cc, o, bent }, daNext, dcNext, P) {
    const n = f.length,
      d = { reads: { f: v, i: v, c: v, o: v } };
    for (const name of [
      "joins",
      "dc",
      "dcPrev",
      "df",
      "di",
      "dcc",
      "do",
      "dzf",
      "dzi",
      "dzc",
      "dzo",
    ]) {
      d[name] = zeros(n);
    }
    for (let k = 0; k < n; k += 1) {
      d.do[k] = daNext[k] * bent[k];
      d.joins[k] = daNext[k] * o[k] * (1 - bent[k] ** 2);
      d.dc[k] = dcNext[k] + d.joins[k];
      d.df[k] = d.dc[k] * cPrev[k];
      d.di[k] = d.dc[k] * cc[k];
      d.dcc[k] = d.dc[k] * i[k];
      d.dcPrev[k] = d.dc[k] * f[k];
      d.dzf[k] = d.df[k] * f[k] * (1 - f[k]);
      d.dzi[k] = d.di[k] * i[k] * (1 - i[k]);
      d.dzc[k] = d.dcc[k] * (1 - cc[k] ** 2);
      d.dzo[k] = d.do[k] * o[k] * (1 - o[k]);
    }
    d.ways = ["f", "i", "c", "o"].map((letter) => back(P[`W${letter}`], d[`dz${letter}`]));
    const dv = v.map((_, j) => d.ways.reduce((all, way) => all + way[j], 0));
    return { ...d, dv, daPrev: dv.slice(0, n), dx: dv.slice(n) };
  }

  function gruStep(x, { a: aPrev }, P) {
    const v = [...aPrev, ...x],
      n = aPrev.length;
    const z = through(P.Wz, v).map((sum, k) => sigmoid(sum + P.bz[k]));
    const r = through(P.Wr, v).map((sum, k) => sigmoid(sum + P.br[k]));
    const ra = entries(n, (k) => r[k] * aPrev[k]);
    const hh = through(P.Wh, [...ra, ...x]).map((sum, k) => Math.tanh(sum + P.bh[k]));
    const kept = entries(n, (k) => z[k] * aPrev[k]);
    const added = entries(n, (k) => (1 - z[k]) * hh[k]);
    const a = entries(n, (k) => kept[k] + added[k]);
    return { x, aPrev, v, z, r, ra, hh, kept, added, a };
  }

  function gruStepBack({ x, aPrev, v, z, r, ra, hh }, da, _, P) {
    const n = z.length;
    const kept = entries(n, (k) => da[k] * z[k]);
    const dzz = entries(n, (k) => da[k] * (aPrev[k] - hh[k]) * z[k] * (1 - z[k]));
    const dzh = entries(n, (k) => da[k] * (1 - z[k]) * (1 - hh[k] ** 2));
    const throughH = back(P.Wh, dzh),
      s = throughH.slice(0, n);
    const dzr = entries(n, (k) => s[k] * aPrev[k] * r[k] * (1 - r[k]));
    const ways = [back(P.Wz, dzz), back(P.Wr, dzr)];
    const reset = entries(n, (k) => s[k] * r[k]);
    const daPrev = entries(n, (k) => kept[k] + ways[0][k] + reset[k] + ways[1][k]);
    const dx = x.map((_, j) => ways[0][n + j] + ways[1][n + j] + throughH[n + j]);
    const reads = { z: v, r: v, h: [...ra, ...x] };
    return { kept, dzz, dzh, s, dzr, ways, reset, throughH, daPrev, dcPrev: zeros(n), dx, reads };
  }

  // A cell by its name: how it goes forward through the inputs x, and back with the gradient da of
  // each step.
  const cell = (step, stepBack, names) => ({
    forward: (x, P) =>
      forth(step, x, P, { a: zeros(P[`b${names[0]}`].length), c: zeros(P[`b${names[0]}`].length) }),
    backward: (steps, da, P, carry = { a: 1, c: 1 }) =>
      backwards(stepBack, steps, da, P, carry, names),
    names,
  });

  explorable.cells = {
    plain: cell(plainStep, plainStepBack, ["a"]),
    lstm: cell(lstmStep, lstmStepBack, ["f", "i", "c", "o"]),
    gru: cell(gruStep, gruStepBack, ["z", "r", "h"]),
  };
  Object.assign(explorable, { length, through });
}
