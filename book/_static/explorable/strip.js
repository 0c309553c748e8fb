// All steps at once: what comes in, the gate that decides, and below it the length of the gradient on a logarithmic
// scale, or the states. A slider lies over it, whose thumb is the column of a step.
{
  const { make, aloud } = explorable;
  const INPUTS = 54, DOORS = 34, PLOT = 104, LEFT = 34, LOW = -6, HIGH = 4;

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
        const place = tight ? { x: middle(t) - 6, y: 50, transform: `rotate(-50 ${middle(t) - 6} 50)` } : { x: middle(t), y: 36 };
        return make("text", { ...place, class: `word ${kinds[t] < 3 ? "strong" : ""} ${tight ? "leaning" : ""}` }, word);
      });
    }
    return x.map(([value], t) => make("rect", {
      class: "input", x: middle(t) - column * 0.28, width: column * 0.56,
      y: INPUTS / 2 - Math.max(0, value) * 9, height: Math.max(1, Math.abs(value) * 9),
    }));
  }

  function doorMarks(gate, values, column, middle) {
    return values.flatMap((units, t) => units.flatMap((share, unit) => {
      const y = AT.doors + 3 + unit * 14, wide = column * 0.7, x = middle(t) - wide / 2, wall = (wide * (1 - share)) / 2;
      const frame = make("rect", { class: `frame gate-${gate}`, x, y, width: wide, height: 11 });
      const walls = [x, x + wide - wall].map((left) =>
        make("rect", { class: `wall gate-${gate}`, x: left, y, width: wall, height: 11 }));
      return [...walls, frame];
    }));
  }

  function curve({ name, values, kind }, height, middle) {
    const points = values.map((value, t) => [middle(t), height(value)]);
    const group = make("g", { class: `curve ${kind}` });
    group.append(make("path", { d: `M${points.map((point) => point.map((p) => p.toFixed(1)).join(" ")).join("L")}` }));
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

  const POWERS = [[1e4, "10⁴"], [1e2, "10²"], [1, "1"], [1e-2, "10⁻²"], [1e-4, "10⁻⁴"], [1e-6, "10⁻⁶"]];

  // The strip of one figure. `go` is called with the step that is chosen, `draw` with a step and the input drawn there.
  function strip(go, draw) {
    const field = make("div", { class: "xp-strip" });
    const svg = make("svg", { "aria-hidden": "true", height: AT.end });
    const slider = make("input", { type: "range", min: 1, step: 1, "aria-label": "Step", class: "xp-scrub" });
    const pen = make("div", { class: "xp-pen", "aria-hidden": "true" });
    field.append(svg, slider, pen);
    slider.addEventListener("input", () => go(Number(slider.value)));
    let last;

    function penned(event) {
      const place = pen.getBoundingClientRect(), n = last.x.length;
      const t = Math.min(n - 1, Math.max(0, Math.floor(((event.clientX - place.x) / place.width) * n)));
      const value = (place.y + place.height / 2 - event.clientY) / 9;
      draw(t, Math.max(-2, Math.min(2, Math.round(value * 10) / 10)));
    }
    pen.addEventListener("pointerdown", (event) => {
      pen.setPointerCapture(event.pointerId);
      penned(event);
    });
    pen.addEventListener("pointermove", (event) => event.buttons && penned(event));

    function show(seen = last) {
      last = seen;
      const wide = field.clientWidth, n = seen.x.length, column = (wide - LEFT) / n;
      if (!wide) return; // not on the screen: on paper
      const middle = (t) => LEFT + column * (t + 0.5);
      const backward = seen.way === "backward";
      const largest = Math.max(1, ...seen.curves.flatMap(({ values }) => values.map(Math.abs)));
      const height = backward ? logarithmic : linear(largest);
      const top = largest.toFixed(largest > 9.95 ? 0 : 1).replace(".0", "");
      const ticks = backward ? POWERS : [[largest, top], [0, "0"], [-largest, `−${top}`]];
      svg.setAttribute("viewBox", `0 0 ${wide} ${AT.end}`);
      svg.replaceChildren(
        make("rect", { class: "now", x: LEFT + column * (seen.t - 1), y: 0, width: column, height: AT.end, rx: 4 }),
        ...inputMarks(seen, column, middle), ...doorMarks(seen.gate, seen.doors, column, middle),
        make("text", { class: "tick letter", x: LEFT - 6, y: AT.doors + 20 }, seen.gate),
        ...rules(ticks, height, wide), ...seen.curves.map((one) => curve(one, height, middle)),
        ...seen.losses.map((t) => make("path", { class: "loss", d: `M${middle(t - 1)} ${AT.plot + 4}l-5 -8h10z` })),
      );
      slider.max = n;
      slider.value = seen.t;
      slider.style.setProperty("--column", `${column}px`);
      slider.style.left = pen.style.left = `${LEFT}px`;
      pen.hidden = !seen.drawn;
      const words = seen.words ? `, ${seen.words[seen.t - 1]}` : `, input ${aloud(seen.x[seen.t - 1][0])}`;
      const heard = seen.curves.map(({ name, values }) => `${name} ${aloud(values[seen.t - 1])}`).join("; ");
      slider.setAttribute("aria-valuetext", `${seen.t} of ${n}${words}; ${heard}`);
    }
    new ResizeObserver(() => last && show()).observe(field);
    return { field, show };
  }

  explorable.strip = strip;
}
