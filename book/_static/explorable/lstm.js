// The LSTM as it is drawn: where each number stands, the lines between them, and how each number
// comes about. Places are in a field of 360 by 366; an entry of `edges` is [key, name, words,
// place, equation, arithmetic].
{
  const { product, sum, called, bend, slope } = explorable.sums;
  const { parts, handed, carried, meets, input } = explorable.origins;
  const { named: name } = explorable;
  const CC = "c\u0303";

  const forward = {
    edges: [
      [
        "cPrev",
        name("c", "", "t−1"),
        "old cell state",
        [30, 44],
        "eq-ch3-cell-state",
        handed("c", "cPrev"),
      ],
      [
        "kept",
        `<i>f</i>⊙<i>c</i>`,
        "what is kept",
        [137, 44],
        "eq-ch3-cell-state",
        ({ q }, k) => product([q.f[k], q.cPrev[k]], q.kept[k]),
      ],
      [
        "written",
        `<i>i</i>⊙<i>${CC}</i>`,
        "what is written",
        [183, 91],
        "eq-ch3-cell-state",
        ({ q }, k) => product([q.i[k], q.cc[k]], q.written[k]),
      ],
      [
        "c",
        name("c", "", "t"),
        "new cell state",
        [330, 44],
        "eq-ch3-cell-state",
        ({ q }, k) => sum([q.kept[k], q.written[k]], q.c[k]),
      ],
      [
        "bent",
        `tanh <i>c</i>`,
        "tanh of the cell state",
        [276, 91],
        "eq-ch3-hidden-state",
        ({ q }, k) => called("tanh", [q.c[k]], q.bent[k]),
      ],
      [
        "a",
        name("a", "", "t"),
        "new hidden state",
        [330, 134],
        "eq-ch3-hidden-state",
        ({ q }, k) => product([q.o[k], q.bent[k]], q.a[k]),
      ],
      [
        "f",
        name("f"),
        "forget gate",
        [92, 220],
        "eq-ch3-forget",
        (at, k) => called("σ", parts(at, "f", k), at.q.f[k]),
      ],
      [
        "i",
        name("i"),
        "input gate",
        [152, 220],
        "eq-ch3-input",
        (at, k) => called("σ", parts(at, "i", k), at.q.i[k]),
      ],
      [
        "cc",
        name(CC),
        "candidate",
        [214, 220],
        "eq-ch3-candidate",
        (at, k) => called("tanh", parts(at, "c", k), at.q.cc[k]),
      ],
      [
        "o",
        name("o"),
        "output gate",
        [276, 220],
        "eq-ch3-output",
        (at, k) => called("σ", parts(at, "o", k), at.q.o[k]),
      ],
      [
        "aPrev",
        name("a", "", "t−1"),
        "old hidden state",
        [30, 300],
        "eq-ch3-hidden-state",
        handed("a", "aPrev"),
      ],
      ["x", name("x", "", "t"), "input", [183, 341], "eq-ch3-stack", input],
    ],
    lines: [
      ["cPrev", "M30 44H82", "road"],
      ["kept", "M101 44H173", "road"],
      ["c", "M192 44H304", "road"],
      ["bent", "M276 44V123"],
      ["a", "M285 134H304"],
      ["f", "M92 220V54"],
      ["i", "M152 220V127H173"],
      ["cc", "M214 220V127H193"],
      ["written", "M183 118V54"],
      ["o", "M276 220V144"],
      ["aPrev", "M30 300H92V245"],
      ["aPrev", "M92 300H152V245"],
      ["aPrev", "M152 300H214V245"],
      ["aPrev", "M214 300H276V245"],
      ["x", "M183 341V300", "bare"],
    ],
    circles: [
      [92, 44, "⊙"],
      [183, 44, "+"],
      [183, 127, "⊙"],
      [276, 134, "⊙"],
      [276, 44, ""],
      [183, 300, ""],
    ],
    boxes: [],
  };

  const GATES = [
    ["f", "f", 92],
    ["i", "i", 152],
    ["cc", CC, 214],
    ["o", "o", 276],
  ];
  const deltas = GATES.map(([key, letter, x]) => {
    const short = key === "cc" ? "c" : key,
      back = key === "cc" ? "dcc" : `d${key}`;
    return [
      `dz${short}`,
      name("dz", letter === CC ? "c" : letter),
      `before the ${
        {
          f: "forget gate",
          i: "input gate",
          cc: "candidate",
          o: "output gate",
        }[key]
      }`,
      [x, 261],
      "eq-ch4-dz",
      ({ q, d }, k) =>
        key === "cc"
          ? bend([d.dcc[k]], q.cc[k], d.dzc[k])
          : slope([d[back][k]], q[key][k], d[`dz${key}`][k]),
    ];
  });

  const backward = {
    edges: [
      [
        "dcNext",
        name("dc", "next"),
        "from the next step's cell state",
        [330, 44],
        "eq-ch4-carries",
        (at, k) => carried(at, k, "cc", "dcNext"),
      ],
      [
        "daNext",
        name("da", "next"),
        "all of the hidden state's gradient",
        [330, 134],
        "eq-ch4-carries",
        meets,
      ],
      [
        "joins",
        "joins",
        "joins from the hidden state",
        [276, 91],
        "eq-ch4-dc",
        ({ q, d }, k) => bend([d.daNext[k], q.o[k]], q.bent[k], d.joins[k]),
      ],
      [
        "dc",
        name("dc"),
        "all of the cell state's gradient",
        [233, 44],
        "eq-ch4-dc",
        ({ d }, k) => sum([d.dcNext[k], d.joins[k]], d.dc[k]),
      ],
      [
        "dcPrev",
        name("dc", "prev"),
        "to the old cell state",
        [30, 44],
        "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.f[k]], d.dcPrev[k]),
      ],
      [
        "df",
        name("df"),
        "of the forget gate",
        [92, 140],
        "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.cPrev[k]], d.df[k]),
      ],
      [
        "di",
        name("di"),
        "of the input gate",
        [152, 168],
        "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.cc[k]], d.di[k]),
      ],
      [
        "dcc",
        `<i>d${CC}</i>`,
        "of the candidate",
        [214, 168],
        "eq-ch4-products",
        ({ q, d }, k) => product([d.dc[k], q.i[k]], d.dcc[k]),
      ],
      [
        "do",
        name("do"),
        "of the output gate",
        [276, 178],
        "eq-ch4-do",
        ({ q, d }, k) => product([d.daNext[k], q.bent[k]], d.do[k]),
      ],
      ...deltas,
      [
        "daPrev",
        name("da", "prev"),
        "to the old hidden state, through f, i, c and o",
        [30, 300],
        "eq-ch4-dv",
        ({ d }, k) =>
          sum(
            d.ways.map((way) => way[k]),
            d.daPrev[k],
          ),
      ],
      [
        "dx",
        name("dx"),
        "to the input, through f, i, c and o",
        [183, 341],
        "eq-ch4-split",
        ({ d, entry }) =>
          sum(
            d.ways.map((way) => way[2 + entry]),
            d.dx[entry],
          ),
      ],
    ],
    lines: [
      ["dcNext", "M330 44H280", "road"],
      ["dc", "M276 44H193", "road"],
      ["dc", "M173 44H102", "road"],
      ["dcPrev", "M83 44H56", "road"],
      ["df", "M92 54V204"],
      ["dc", "M183 54V117"],
      ["di", "M173 127H152V204"],
      ["dcc", "M193 127H214V204"],
      ["daNext", "M330 134H286"],
      ["joins", "M276 124V48"],
      ["do", "M276 144V204"],
      ["dzf", "M92 232V298"],
      ["dzi", "M152 232V298"],
      ["dzc", "M214 232V298"],
      ["dzo", "M276 232V300", "bare"],
      ["daPrev", "M276 300H56"],
      ["dx", "M183 300V317"],
    ],
    circles: [
      [92, 44, "⊙"],
      [183, 44, "+"],
      [183, 127, "⊙"],
      [276, 134, "⊙"],
      [276, 44, ""],
      [183, 300, ""],
    ],
    boxes: GATES.map(([key, letter, x]) => [key, letter, x, 218]),
  };

  explorable.drawings ??= {};
  explorable.drawings.lstm = { height: 366, cells: ["lstm"], forward, backward };
}
