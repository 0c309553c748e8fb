// All steps at once: what comes in, the gate that decides, and below it the length of the gradient
// on a logarithmic scale, or the states. A slider lies over it, whose thumb is the column of a
// step.
{
  const { make, aloud } = explorable;
  const INPUTS = 54,
    DOORS = 34,
    PLOT = 104,
    LEFT = 34,
    LOW = -6,
    HIGH = 4,
    HIGH_OF_ONE = 12;

  // where each part begins, from the top
  const AT = { inputs: 0, doors: INPUTS, plot: INPUTS + DOORS, end: INPUTS + DOORS + PLOT };

  // A value's height in the plot: over ten powers of ten, and what is beyond them at the edge.
  function logarithmic(value) {
    const power = value ? Math.log10(value) : -Infinity;
    return AT.end - 6 - ((PLOT - 14) * (Math.min(HIGH, Math.max(LOW, power)) - LOW)) / (HIGH - LOW);
  }

  const linear = (largest) => (value) => AT.plot + PLOT / 2 - ((PLOT / 2 - 10) * value) / largest;

  function inputMarks({ x, words, kinds }, column, middle) {
    if (words) {
      return words.map((word, t) => {
        const tight = column < 46; // then the words lean
        const place = tight
          ? { x: middle(t) - 6, y: 50, transform: `rotate(-50 ${middle(t) - 6} 50)` }
          : { x: middle(t), y: 36 };
        return make(
          "text",
          { ...place, class: `word ${kinds[t] < 3 ? "strong" : ""} ${tight ? "leaning" : ""}` },
          word,
        );
      });
    }
    return x.map(([value], t) =>
      make("rect", {
        class: "input",
        x: middle(t) - column * 0.28,
        width: column * 0.56,
        y: INPUTS / 2 - Math.max(0, value) * HIGH_OF_ONE,
        height: Math.max(1, Math.abs(value) * HIGH_OF_ONE),
      }),
    );
  }

  function doorMarks(gate, values, column, middle) {
    return values.flatMap((units, t) =>
      units.flatMap((share, unit) => {
        const y = AT.doors + 3 + unit * 14,
          wide = column * 0.7,
          x = middle(t) - wide / 2,
          wall = (wide * (1 - share)) / 2;
        const frame = make("rect", { class: `frame gate-${gate}`, x, y, width: wide, height: 11 });
        const walls = [x, x + wide - wall].map((left) =>
          make("rect", { class: `wall gate-${gate}`, x: left, y, width: wall, height: 11 }),
        );
        return [...walls, frame];
      }),
    );
  }

  function curve({ name, values, kind }, height, middle) {
    const points = values.map((value, t) => [middle(t), height(value)]);
    const group = make("g", { class: `curve ${kind}` });
    group.append(
      make("path", {
        d: `M${points.map((point) => point.map((p) => p.toFixed(1)).join(" ")).join("L")}`,
      }),
    );
    points.forEach(([x, y]) => group.append(make("circle", { cx: x, cy: y, r: 3.2 })));
    group.append(make("title", {}, name));
    return group;
  }

  function rules(ticks, height, wide) {
    return ticks.flatMap(([value, words]) => [
      make("path", { class: "rule", d: `M${LEFT} ${height(value)}H${wide}` }),
      make("text", { class: "tick", x: LEFT - 4, y: height(value) + 4 }, words),
    ]);
  }

  const POWERS = [
    [1e4, "10⁴"],
    [1e2, "10²"],
    [1, "1"],
    [1e-2, "10⁻²"],
    [1e-4, "10⁻⁴"],
    [1e-6, "10⁻⁶"],
  ];

  // Everything that is drawn, for a strip of this width.
  function marks(seen, wide, column) {
    const middle = (t) => LEFT + column * (t + 0.5);
    const largest = Math.max(1, ...seen.curves.flatMap(({ values }) => values.map(Math.abs)));
    const height = seen.way === "backward" ? logarithmic : linear(largest);
    const top = largest.toFixed(largest > 9.95 ? 0 : 1).replace(".0", "");
    const ticks =
      seen.way === "backward"
        ? POWERS
        : [
            [largest, top],
            [0, "0"],
            [-largest, `−${top}`],
          ];
    const now = {
      class: "now",
      x: LEFT + column * (seen.t - 1),
      y: 0,
      width: column,
      height: AT.end,
      rx: 4,
    };
    return [
      make("rect", now),
      ...inputMarks(seen, column, middle),
      ...doorMarks(seen.gate, seen.doors, column, middle),
      make("text", { class: "tick letter", x: LEFT - 6, y: AT.doors + 20 }, seen.gate),
      ...rules(ticks, height, wide),
      ...seen.curves.map((one) => curve(one, height, middle)),
      ...seen.losses.map((t) =>
        make("path", { class: "loss", d: `M${middle(t - 1)} ${AT.plot + 4}l-5 -8h10z` }),
      ),
    ];
  }

  // What a screen reader says of the step that is chosen.
  function saidOf({ t, x, words, curves }) {
    const came = words ? words[t - 1] : `input ${aloud(x[t - 1][0])}`;
    const heights = curves.map(({ name, values }) => `${name} ${aloud(values[t - 1])}`);
    return `${t} of ${x.length}, ${came}; ${heights.join("; ")}`;
  }

  // A pen over the inputs: each move draws the input of the step beneath it.
  function penOver(draw, steps) {
    const pen = make("div", { class: "xp-pen", "aria-hidden": "true" });
    function drawn(event) {
      const place = pen.getBoundingClientRect(),
        n = steps();
      const t = Math.floor(((event.clientX - place.x) / place.width) * n);
      const value = (place.y + place.height / 2 - event.clientY) / HIGH_OF_ONE;
      draw(Math.min(n - 1, Math.max(0, t)), Math.max(-2, Math.min(2, Math.round(value * 10) / 10)));
    }
    pen.addEventListener("pointerdown", (event) => {
      pen.setPointerCapture(event.pointerId);
      drawn(event);
    });
    pen.addEventListener("pointermove", (event) => event.buttons && drawn(event));
    return pen;
  }

  // The strip of one figure. `go` is called with the step that is chosen, `draw` with a step and
  // the input drawn there.
  function strip(go, draw) {
    let last;
    const field = make("div", { class: "xp-strip" });
    const svg = make("svg", { "aria-hidden": "true", height: AT.end });
    const slider = make("input", {
      type: "range",
      min: 1,
      step: 1,
      "aria-label": "Step",
      class: "xp-scrub",
    });
    const pen = penOver(draw, () => last.x.length);
    slider.style.left = pen.style.left = `${LEFT}px`;
    slider.addEventListener("input", () => go(Number(slider.value)));
    field.append(svg, slider, pen);

    function show(seen = last) {
      last = seen;
      const wide = field.clientWidth,
        column = (wide - LEFT) / seen.x.length;
      slider.max = seen.x.length;
      slider.value = seen.t;
      slider.setAttribute("aria-valuetext", saidOf(seen));
      pen.hidden = !seen.drawn;
      if (column <= 0) return; // on paper, or before its sheet is there
      svg.setAttribute("viewBox", `0 0 ${wide} ${AT.end}`);
      svg.replaceChildren(...marks(seen, wide, column));
      slider.style.setProperty("--column", `${column}px`);
    }
    new ResizeObserver(() => last && show()).observe(field);
    return { field, show };
  }

  explorable.strip = strip;
}
