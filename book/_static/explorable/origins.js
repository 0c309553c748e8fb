// How numbers come about that both drawings have: what a layer sums up, what the step before handed
// on, what the step after hands back. A step here is number t of n: q forward, d backward, weights
// P.
{
  const { sum } = explorable.sums;
  const name = (letter, below = "", above = "") =>
    `<i>${letter}</i>${below && `<sub>${below}</sub>`}${above && `<sup>${above}</sup>`}`;

  // what a layer sums up before it squeezes: from the state, from the input, and its bias
  function parts({ q, P }, letter, k) {
    const row = P[`W${letter}`][k].map((w, j) => w * q.v[j]),
      n = q.aPrev.length;
    const total = (entries) => entries.reduce((all, entry) => all + entry, 0);
    return [total(row.slice(0, n)), total(row.slice(n)), P[`b${letter}`][k]];
  }

  const handed =
    (what, key) =>
    ({ t, q }, k) =>
      t === 1
        ? `0, as every sequence begins`
        : `${what} of step ${t - 1} = ${explorable.short(q[key][k])}`;

  // what comes in from the step after this one, with the switch that may cut it off
  function carried({ t, n, d, setting }, k, road, key) {
    if (t === n) return "0: no step comes after this one";
    return setting[road]
      ? `what step ${t + 1} hands back = ${explorable.short(d[key][k])}`
      : "0: its carry is switched off";
  }

  function meets({ t, n, d, setting }, k) {
    const come = setting.ca && t < n ? d.carried[k] : 0;
    return `${sum([d.fromLoss[k], come], d.daNext[k])} (loss + carry)`;
  }

  const input = ({ q, words }) =>
    words ? `1 for the word's kind, “${words}”` : `${explorable.short(q.x[0])} comes in`;

  Object.assign(explorable, { named: name, origins: { parts, handed, carried, meets, input } });
}
