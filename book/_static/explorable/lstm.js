// The LSTM as it is drawn: where each number stands, the lines between them, and how each number comes about.
// Places are in a field of 360 by 366; an entry of `edges` is [key, name, words, place, equation, arithmetic].
{
  const { product, sum, called, bend, slope } = explorable.sums;
  const name = (letter, below = "", above = "") =>
    `<i>${letter}</i>${below && `<sub>${below}</sub>`}${above && `<sup>${above}</sup>`}`;
  const CC = "c\u0303";

  // what a layer sums up before it squeezes: from the state, from the input, and its bias
  function parts({ q, P }, letter, k) {
    const row = P[`W${letter}`][k].map((w, j) => w * q.v[j]), n = q.aPrev.length;
    const total = (entries) => entries.reduce((all, entry) => all + entry, 0);
    return [total(row.slice(0, n)), total(row.slice(n)), P[`b${letter}`][k]];
  }

  const handed = (what, key) => ({ t, q }, k) =>
    (t === 1 ? `0, as every sequence begins` : `${what} of step ${t - 1} = ${explorable.short(q[key][k])}`);

  // what comes in from the step after this one, with the switch that may cut it off
  function carried({ t, n, d, setting }, k, road, key) {
    if (t === n) return "0: no step comes after this one";
    return setting[road] ? `what step ${t + 1} hands back = ${explorable.short(d[key][k])}` : "0: its carry is switched off";
  }

  function meets({ t, n, d, setting }, k) {
    const come = setting.ca && t < n ? d.carried[k] : 0;
    return `${sum([d.fromLoss[k], come], d.daNext[k])} (loss + carry)`;
  }

  const input = ({ q, words }) => (words ? `1 for the word's kind, “${words}”` : `${explorable.short(q.x[0])} comes in`);

  const forward = {
    edges: [
      ["cPrev", name("c", "", "t−1"), "old cell state", [30, 44], "eq-ch3-cell-state", handed("c", "cPrev")],
      ["kept", `<i>f</i>⊙<i>c</i>`, "what is kept", [137, 44], "eq-ch3-cell-state",
        ({ q }, k) => product([q.f[k], q.cPrev[k]], q.kept[k])],
      ["written", `<i>i</i>⊙<i>${CC}</i>`, "what is written", [183, 81], "eq-ch3-cell-state",
        ({ q }, k) => product([q.i[k], q.cc[k]], q.written[k])],
      ["c", name("c", "", "t"), "new cell state", [330, 44], "eq-ch3-cell-state",
        ({ q }, k) => sum([q.kept[k], q.written[k]], q.c[k])],
      ["bent", `tanh <i>c</i>`, "tanh of the cell state", [284, 90], "eq-ch3-hidden-state",
        ({ q }, k) => called("tanh", [q.c[k]], q.bent[k])],
      ["a", name("a", "", "t"), "new hidden state", [330, 134], "eq-ch3-hidden-state",
        ({ q }, k) => product([q.o[k], q.bent[k]], q.a[k])],
      ["f", name("f"), "forget gate", [92, 220], "eq-ch3-forget",
        (at, k) => called("σ", parts(at, "f", k), at.q.f[k])],
      ["i", name("i"), "input gate", [152, 220], "eq-ch3-input",
        (at, k) => called("σ", parts(at, "i", k), at.q.i[k])],
      ["cc", name(CC), "candidate", [214, 220], "eq-ch3-candidate",
        (at, k) => called("tanh", parts(at, "c", k), at.q.cc[k])],
      ["o", name("o"), "output gate", [284, 220], "eq-ch3-output",
        (at, k) => called("σ", parts(at, "o", k), at.q.o[k])],
      ["aPrev", name("a", "", "t−1"), "old hidden state", [30, 300], "eq-ch3-hidden-state", handed("a", "aPrev")],
      ["x", name("x", "", "t"), "input", [183, 341], "eq-ch3-stack", input],
    ],
    lines: [
      ["cPrev", "M30 44H82", "road"], ["kept", "M101 44H173", "road"], ["c", "M192 44H304", "road"],
      ["bent", "M284 44V123"], ["a", "M293 134H304"], ["f", "M92 220V54"],
      ["i", "M152 220V118H173"], ["cc", "M214 220V118H193"], ["written", "M183 109V54"], ["o", "M284 220V144"],
      ["aPrev", "M30 300H92V245"], ["aPrev", "M92 300H152V245"], ["aPrev", "M152 300H214V245"],
      ["aPrev", "M214 300H284V245"], ["x", "M183 341V300", "bare"],
    ],
    circles: [[92, 44, "⊙"], [183, 44, "+"], [183, 118, "⊙"], [284, 134, "⊙"], [284, 44, ""], [183, 300, ""]],
    boxes: [],
  };

  const GATES = [["f", "f", 92], ["i", "i", 152], ["cc", CC, 214], ["o", "o", 284]];
  const deltas = GATES.map(([key, letter, x]) => {
    const short = key === "cc" ? "c" : key, back = key === "cc" ? "dcc" : `d${key}`;
    return [`dz${short}`, name("dz", letter === CC ? "c" : letter), `before the ${{
      f: "forget gate", i: "input gate", cc: "candidate", o: "output gate" }[key]}`, [x, 261], "eq-ch4-dz",
    ({ q, d }, k) => (key === "cc"
      ? bend([d.dcc[k]], q.cc[k], d.dzc[k])
      : slope(d[back][k], q[key][k], d[`dz${key}`][k]))];
  });

  const backward = {
    edges: [
      ["dcNext", name("dc", "next"), "from the next step's cell state", [330, 44], "eq-ch4-carries",
        (at, k) => carried(at, k, "cc", "dcNext")],
      ["daNext", name("da", "next"), "all of the hidden state's gradient", [330, 134], "eq-ch4-carries", meets],
      ["joins", "joins", "joins from the hidden state", [284, 90], "eq-ch4-dc",
        ({ q, d }, k) => bend([d.daNext[k], q.o[k]], q.bent[k], d.joins[k])],
      ["dc", name("dc"), "all of the cell state's gradient", [233, 44], "eq-ch4-dc",
        ({ d }, k) => sum([d.dcNext[k], d.joins[k]], d.dc[k])],
      ["dcPrev", name("dc", "prev"), "to the old cell state", [30, 44], "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.f[k]], d.dcPrev[k])],
      ["df", name("df"), "of the forget gate", [92, 140], "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.cPrev[k]], d.df[k])],
      ["di", name("di"), "of the input gate", [152, 168], "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.cc[k]], d.di[k])],
      ["dcc", `<i>d${CC}</i>`, "of the candidate", [214, 168], "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.i[k]], d.dcc[k])],
      ["do", name("do"), "of the output gate", [284, 178], "eq-ch4-do",
        ({ q, d }, k) => product([d.daNext[k], q.bent[k]], d.do[k])],
      ...deltas,
      ["daPrev", name("da", "prev"), "to the old hidden state, through f, i, c and o", [30, 300], "eq-ch4-dv",
        ({ d }, k) => sum(d.ways.map((way) => way[k]), d.daPrev[k])],
      ["dx", name("dx"), "to the input, through f, i, c and o", [183, 341], "eq-ch4-split",
        ({ d, entry }) => sum(d.ways.map((way) => way[2 + entry]), d.dx[entry])],
    ],
    lines: [
      ["dcNext", "M330 44H288", "road"], ["dc", "M284 44H193", "road"], ["dc", "M173 44H102", "road"],
      ["dcPrev", "M83 44H56", "road"], ["df", "M92 54V204"], ["dc", "M183 54V108"],
      ["di", "M173 118H152V204"], ["dcc", "M193 118H214V204"],
      ["daNext", "M330 134H294"], ["joins", "M284 124V48"], ["do", "M284 144V204"],
      ["dzf", "M92 232V298"], ["dzi", "M152 232V298"], ["dzc", "M214 232V298"], ["dzo", "M284 232V300", "bare"],
      ["daPrev", "M284 300H56"], ["dx", "M183 300V317"],
    ],
    circles: [[92, 44, "⊙"], [183, 44, "+"], [183, 118, "⊙"], [284, 134, "⊙"], [284, 44, ""], [183, 300, ""]],
    boxes: GATES.map(([key, letter, x]) => [key, letter, x, 218]),
  };

  explorable.drawings ??= {};
  explorable.drawings.lstm = { height: 366, cells: ["lstm"], forward, backward };
  Object.assign(explorable, { parts, handed, carried, meets, input, named: name });
}
