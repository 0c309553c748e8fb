// Settings with a question each. `goal` looks at what the figure shows and says how far one is, and
// whether one is there; the reader finds out with which slider.
{
  const { short, length } = explorable;
  const percent = (share) => (share >= 0.1 ? `${Math.round(100 * share)} %` : short(share));
  const arrives = (of, least) => (run) => {
    const [first, last] = [of(run, 0), of(run, run.n - 1)],
      share = first / last;
    return [share >= least, `at step 1 arrives ${percent(share)} of it`];
  };
  const dc = ({ d }, t) => length(d[t].dc);
  const da = ({ d }, t) => length(d[t].daNext);
  const plain = ({ plain: { d } }, t) => length(d[t].daNext);

  const lstm = [
    [
      "survive",
      "on=noise&loss=12&t=1&way=backward&pick=dcPrev",
      "Twelve steps back",
      "The loss sits at step 12, and less than a hundredth of its <i>dc</i> reaches step 1." +
        " Make half of it arrive, with one slider.",
      arrives(dc, 0.5),
    ],
    [
      "switch",
      "on=noise&loss=12&bf=4&cc=0&t=11&way=backward&pick=dcNext",
      "All gates open, and silence",
      "The forget gates stand open at 0.98, and still nothing reaches step 1. What has been" +
        " left off?",
      arrives(dc, 0.5),
    ],
    [
      "wiped",
      "on=sentence&loss=12&g=4&t=12&way=backward&pick=dcPrev",
      "Where a gradient ends",
      "From <i>door</i> the gradient of unit 1 runs back along <i>c</i>. At which word does" +
        " it end? Go there.",
      ({ setting }) => [
        setting.t === 9,
        setting.t === 9 ? "<i>shutters</i> wiped the old note out" : "not at this word",
      ],
    ],
    [
      "sure",
      "on=sentence&loss=5&t=2&way=backward&pick=dzc",
      "Too sure to learn",
      "Every gate is wide open or shut. <i>Lamp</i> has to hear from <i>windows</i>, and " +
        "its <i>dz<sub>c</sub></i> is next to nothing. Make it more than 0.1, with one " +
        "slider.",
      ({ d }) => [d[1].dzc[0] > 0.1, `<i>dz<sub>c</sub></i> of unit 1 is ${short(d[1].dzc[0])}`],
    ],
    [
      "count",
      "on=hand&hand=1,1,1,1,1,1,1,1,1,1,1,1&bf=6&bi=6&bo=6&loss=12&t=12&pick=c",
      "A counter",
      "Always 1 comes in, and <i>c</i> counts. <i>a</i> cannot show it. Which slider lets " +
        "unit 1 settle below 2?",
      ({ q, n }) => {
        const [before, last] = [q[n - 2].c[0], q[n - 1].c[0]];
        return [
          last < 2 && last - before < 0.05,
          `<i>c</i> of unit 1 ends at ${short(last)}, and last grew by ${short(last - before)}`,
        ];
      },
    ],
    [
      "leak",
      "on=sentence&bf=-8&t=5&pick=kept",
      "A leak",
      "<i>b<sub>f</sub></i> is 8 lower than it was, and the number of <i>lamp</i> leaks " +
        "away. Raise it no further than <i>windows</i> needs, to find more than half of it.",
      ({ q, setting }) => [
        q[4].c[0] > 0.5 && setting.bf <= -7,
        `<i>c</i> of unit 1 at <i>windows</i> is ${short(q[4].c[0])}`,
      ],
    ],
  ];

  const apart = ({ q, plain: other }) =>
    Math.max(...q.flatMap(({ a }, t) => a.map((entry, k) => Math.abs(entry - other.q[t].a[k]))));

  const pair = [
    [
      "vanish",
      "on=noise&loss=12&t=1&way=backward&pick=plain.daPrev",
      "Twelve steps back",
      "In the plain network less than a hundredth of the gradient reaches step 1. Make half" +
        " of it arrive. It can be done with two different sliders, one at a time.",
      arrives(plain, 0.5),
    ],
    [
      "explode",
      "on=pulse&inp=0&rec=2&loss=12&t=1&way=backward&pick=plain.daPrev",
      "A gradient explodes",
      "Nothing comes in, the scale is 2, and the plain network makes 2048 of 1. Bring it " +
        "below 10 without the scale.",
      (run) => [
        plain(run, 0) < 10 && run.setting.rec === 2,
        `at step 1 it is ${short(plain(run, 0))} long`,
      ],
    ],
    [
      "dial",
      "on=noise&loss=12&t=1&way=backward&pick=kept",
      "One dial",
      "The GRU's gradient vanishes too: its dial <i>z</i> stands near one half. Make half " +
        "of it arrive, with one slider.",
      arrives(da, 0.5),
    ],
    [
      "same",
      "on=noise&loss=12&t=12&pick=a",
      "A GRU without gates",
      "Turn the GRU into the plain network, with two sliders: their states shall differ by " +
        "less than 0.01.",
      (run) => [apart(run) < 0.01, `they differ by up to ${short(apart(run))}`],
    ],
    [
      "hold",
      "on=sentence&t=5&pick=kept",
      "Who still knows the lamp?",
      "At <i>windows</i> the GRU's unit 1 says singular, the plain network plural. Lower " +
        "<i>b<sub>z</sub></i> until the GRU says plural as well.",
      ({ q }) => [q[4].a[0] < 0, `<i>a</i> of unit 1 is ${short(q[4].a[0])}`],
    ],
  ];

  explorable.presets = { lstm, pair };
}
