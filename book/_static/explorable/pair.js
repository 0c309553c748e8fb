// The plain network, above, and the GRU, beneath, as they are drawn; see lstm.js. Keys of the plain
// network begin with "plain."; its weights are those of the GRU's candidate.
{
  const { times, plus, equals, product, sum, called, bend, slope } = explorable.sums;
  const { short, named } = explorable;
  const { parts, handed, carried, meets, input } = explorable.origins;
  const HH = "h\u0303",
    TOP = 40,
    ROAD = 166;
  const plain = (arithmetic) => (at, k) => arithmetic({ ...at, ...at.plain }, k);
  const through = (W, dz, j) => W.map((row, k) => [row[j], dz[k]]);
  const products = (pairs, value) => equals(pairs.map(times).join(" + "), value);

  const forward = {
    edges: [
      [
        "plain.aPrev",
        named("a", "", "t−1"),
        "old state, plain network",
        [30, TOP],
        "eq-ch1-state",
        plain(handed("a", "aPrev")),
      ],
      [
        "plain.z",
        named("z"),
        "sum before tanh, plain network",
        [196, TOP],
        "eq-ch1-state",
        plain((at, k) => sum(parts(at, "a", k), at.q.z[k])),
      ],
      [
        "plain.a",
        named("a", "", "t"),
        "new state, plain network",
        [330, TOP],
        "eq-ch1-state",
        plain(({ q }, k) => called("tanh", [q.z[k]], q.a[k])),
      ],
      [
        "aPrev",
        named("a", "", "t−1"),
        "old state",
        [30, ROAD],
        "eq-ch5-state",
        handed("a", "aPrev"),
      ],
      [
        "kept",
        `<i>z</i>⊙<i>a</i>`,
        "what is kept",
        [237, ROAD],
        "eq-ch5-state",
        ({ q }, k) => product([q.z[k], q.aPrev[k]], q.kept[k]),
      ],
      [
        "a",
        named("a", "", "t"),
        "new state",
        [330, ROAD],
        "eq-ch5-state",
        ({ q }, k) => sum([q.kept[k], q.added[k]], q.a[k]),
      ],
      [
        "ra",
        `<i>r</i>⊙<i>a</i>`,
        "what the candidate may read",
        [122, 222],
        "eq-ch5-candidate",
        ({ q }, k) => product([q.r[k], q.aPrev[k]], q.ra[k]),
      ],
      [
        "added",
        `(1−<i>z</i>)<i>${HH}</i>`,
        "what is added",
        [290, 214],
        "eq-ch5-state",
        ({ q }, k) => product([1 - q.z[k], q.hh[k]], q.added[k]),
      ],
      [
        "r",
        named("r"),
        "reset gate",
        [66, 312],
        "eq-ch5-reset",
        (at, k) => called("σ", parts(at, "r", k), at.q.r[k]),
      ],
      [
        "hh",
        named(HH),
        "candidate",
        [122, 312],
        "eq-ch5-candidate",
        ({ q, P }, k) => {
          const reads = { q: { ...q, v: [...q.ra, ...q.x] }, P };
          return called("tanh", parts(reads, "h", k), q.hh[k]);
        },
      ],
      [
        "z",
        named("z"),
        "update gate",
        [196, 312],
        "eq-ch5-update",
        (at, k) => called("σ", parts(at, "z", k), at.q.z[k]),
      ],
      ["x", named("x", "", "t"), "input, of both networks", [330, 372], "eq-ch5-update", input],
    ],
    lines: [
      ["plain.aPrev", "M30 40H118"],
      ["plain.z", "M138 40H262"],
      ["plain.a", "M300 40H304"],
      ["x", "M128 86V51"],
      ["aPrev", "M30 166H186"],
      ["kept", "M206 166H280"],
      ["a", "M300 166H304"],
      ["aPrev", "M66 166V212"],
      ["r", "M66 312V232"],
      ["ra", "M76 222H122V287"],
      ["hh", "M146 312H159V256H280"],
      ["z", "M196 312V176"],
      ["z", "M196 278H231", "bare"],
      ["z", "M255 278H290V267"],
      ["added", "M290 246V177"],
      ["aPrev", "M30 166V356H60V338"],
      ["aPrev", "M60 356H190V338"],
      ["x", "M330 372H202V338"],
      ["x", "M202 372H122V338"],
      ["x", "M122 372H72V338"],
    ],
    circles: [
      [128, TOP, "+"],
      [196, ROAD, "⊙"],
      [290, ROAD, "+"],
      [66, 222, "⊙"],
      [290, 256, "⊙"],
      [243, 278, "1−"],
      [66, ROAD, ""],
      [196, 278, ""],
      [60, 356, ""],
      [202, 372, ""],
      [122, 372, ""],
    ],
    boxes: [
      ["", "W", 86, TOP],
      ["", "tanh", 281, TOP],
    ],
    words: [
      [14, 8, "Plain network", "start"],
      [14, 132, "GRU, with the same candidate", "start"],
      [128, 100, "x", "middle"],
    ],
  };

  function deltaZ({ q, d }, k) {
    const apart = `(${plus([q.aPrev[k], -q.hh[k]])})`;
    const factors = `${times([d.daNext[k]])} × ${apart} × ${times([q.z[k]])}`;
    return equals(`${factors} × (1 − ${times([q.z[k]])})`, d.dzz[k]);
  }

  const backward = {
    edges: [
      [
        "plain.daNext",
        named("da", "next"),
        "all of the state's gradient, plain network",
        [330, TOP],
        "eq-ch2-carry",
        plain(meets),
      ],
      [
        "plain.dza",
        named("dz"),
        "before tanh, plain network",
        [196, TOP],
        "eq-ch2-dz",
        plain(({ q, d }, k) => bend([d.daNext[k]], q.a[k], d.dza[k])),
      ],
      [
        "plain.daPrev",
        named("da", "prev"),
        "to the old state, plain network",
        [30, TOP],
        "eq-ch2-down",
        plain(({ d, P }, k) => products(through(P.Wa, d.dza, k), d.daPrev[k])),
      ],
      [
        "plain.dx",
        named("dx"),
        "to the input, plain network",
        [128, 98],
        "eq-ch2-down",
        plain(({ d, P, entry }) => products(through(P.Wa, d.dza, 2 + entry), d.dx[entry])),
      ],
      ["daNext", named("da"), "all of the state's gradient", [330, ROAD], "eq-ch2-carry", meets],
      [
        "kept",
        `<i>da</i>⊙<i>z</i>`,
        "path 1: what the dial keeps",
        [131, ROAD],
        "eq-ch5-da-prev",
        ({ q, d }, k) => product([d.daNext[k], q.z[k]], d.kept[k]),
      ],
      [
        "dzh",
        named("dz", "h"),
        "before the candidate",
        [122, 331],
        "eq-ch5-delta-h",
        ({ q, d }, k) => bend([d.daNext[k], 1 - q.z[k]], q.hh[k], d.dzh[k]),
      ],
      [
        "s",
        named("s"),
        "of what the candidate read",
        [122, 222],
        "eq-ch5-s",
        ({ d, P }, k) => products(through(P.Wh, d.dzh, k), d.s[k]),
      ],
      [
        "dzr",
        named("dz", "r"),
        "before the reset gate",
        [66, 331],
        "eq-ch5-delta-r",
        ({ q, d }, k) => slope([d.s[k], q.aPrev[k]], q.r[k], d.dzr[k]),
      ],
      ["dzz", named("dz", "z"), "before the update gate", [196, 331], "eq-ch5-delta-z", deltaZ],
      [
        "daPrev",
        named("da", "prev"),
        "to the old state, four paths",
        [30, ROAD],
        "eq-ch5-da-prev",
        ({ d }, k) => sum([d.kept[k], d.ways[0][k], d.reset[k], d.ways[1][k]], d.daPrev[k]),
      ],
      [
        "dx",
        named("dx"),
        "to the input, through z, r and h",
        [330, 372],
        "eq-ch5-dx",
        ({ d, entry }) =>
          sum([d.ways[0][2 + entry], d.ways[1][2 + entry], d.throughH[2 + entry]], d.dx[entry]),
      ],
    ],
    lines: [
      ["plain.daNext", "M330 40H302"],
      ["plain.dza", "M262 40H139"],
      ["plain.daPrev", "M118 40H56"],
      ["plain.dx", "M128 50V73"],
      ["daNext", "M330 166H301"],
      ["daNext", "M280 166H207"],
      ["kept", "M186 166H77"],
      ["daPrev", "M56 166H55"],
      ["daNext", "M290 176V245"],
      ["dzh", "M280 256H159V288H146"],
      ["s", "M122 276V222H77"],
      ["dzz", "M196 176V276"],
      ["dzr", "M66 232V276"],
      ["dzr", "M66 212V177"],
      ["dzz", "M290 266V278H256"],
      ["dzz", "M231 278H210", "bare"],
      ["dzr", "M66 300V385H30V192", ""],
      ["dzz", "M196 300V385H66", "bare"],
      ["dx", "M196 372H304"],
    ],
    circles: [
      [128, TOP, "+"],
      [196, ROAD, "⊙"],
      [290, ROAD, "+"],
      [66, 222, "⊙"],
      [290, 256, "⊙"],
      [243, 278, "1−"],
      [66, ROAD, "+"],
      [66, 385, ""],
      [196, 372, ""],
    ],
    boxes: [
      ["", "W", 86, TOP],
      ["", "tanh", 281, TOP],
      ["r", "r", 66, 289],
      ["hh", HH, 122, 289],
      ["z", "z", 196, 289],
    ],
    words: [
      [14, 8, "Plain network", "start"],
      [14, 132, "GRU, with the same candidate", "start"],
    ],
  };

  explorable.drawings.pair = { height: 398, cells: ["gru", "plain"], forward, backward };
}
