// One step of a cell: lines beneath, and on them a button for each number, which shows how it comes
// about.
{
  const SVG = "http://www.w3.org/2000/svg",
    WIDE = 360;
  const { short, aloud } = explorable;

  function make(tag, attributes = {}, words = "") {
    const element = ["svg", "path", "circle", "rect", "text", "marker", "defs", "g"].includes(tag)
      ? document.createElementNS(SVG, tag)
      : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (words) element.append(words);
    return element;
  }

  // whose colour a number has
  const GATES = { f: "f", i: "i", cc: "c", o: "o", z: "z", r: "r", hh: "c" };
  const SHARES = "fiozr";

  function head(id, kind) {
    const marker = make("marker", {
      id: `${id}-${kind}`,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      markerUnits: "userSpaceOnUse",
      orient: "auto-start-reverse",
    });
    marker.append(make("path", { d: "M0 0L8 4L0 8Z", class: kind }));
    return marker;
  }

  // A line, drawn twice where it is double, and once more, wide and unseen, for the pointer.
  function line(id, [key, d, kind = ""], pick) {
    const group = make("g", { class: `xp-line ${kind}`, "data-of": key });
    const arrow = kind === "bare" ? {} : { "marker-end": `url(#${id}-head)` };
    group.append(make("path", { d, class: "ink", ...arrow }));
    if (kind === "road") group.append(make("path", { d, class: "core" }));
    const reach = make("path", { d, class: "reach" });
    reach.addEventListener("click", () => pick(key));
    group.append(reach);
    return group;
  }

  const DOOR = 18;

  // A layer; that of a gate has its two doors in it.
  function box(key, letter, x, y) {
    const group = make("g", {
      class: key ? `xp-box gate-${GATES[key]}` : "xp-box",
      "data-gate": key,
    });
    const wide = key ? 44 : 36;
    group.append(make("rect", { x: x - wide / 2, y: y - 12, width: wide, height: 24, rx: 4 }));
    const words = make("text", { x, y: y + 4.5, class: letter.length > 2 ? "" : "letter" }, letter);
    if (SHARES.includes(key) && key) {
      for (const unit of [0, 1]) {
        const y0 = y - 9 + 10 * unit;
        group.append(make("rect", { class: "frame", x, y: y0, width: DOOR, height: 8 }));
        for (const side of [0, 1])
          group.append(
            make("rect", { class: "wall", x, y: y0, height: 8, "data-at": `${unit}${side}` }),
          );
      }
      words.setAttribute("x", x - 11);
    }
    group.append(words);
    return group;
  }

  function ring(x, y, sign) {
    const group = make("g", { class: sign ? "xp-ring" : "xp-dot" });
    group.append(make("circle", { cx: x, cy: y, r: sign.length > 1 ? 12 : sign ? 9.5 : 3 }));
    if (sign) group.append(make("text", { x, y: y + 4.5 }, sign));
    return group;
  }

  function lines(id, spec, height, pick) {
    const svg = make("svg", { viewBox: `0 0 ${WIDE} ${height}`, "aria-hidden": "true" });
    const defs = make("defs");
    defs.append(head(id, "head"));
    svg.append(defs, ...spec.lines.map((one) => line(id, one, pick)));
    svg.append(...spec.circles.map((one) => ring(...one)), ...spec.boxes.map((one) => box(...one)));
    for (const [x, y, words, anchor] of spec.words ?? []) {
      svg.append(make("text", { x, y: y + 4, "text-anchor": anchor, class: "words" }, words));
    }
    return svg;
  }

  function tag([key, name, , [x, y]], height, pick) {
    const gate = GATES[key];
    const kind = gate ? `gate-${gate} ${SHARES.includes(key) ? "share" : ""}` : "";
    const button = make("button", {
      type: "button",
      class: `xp-tag ${kind}`,
      "data-of": key,
      tabindex: -1,
    });
    button.style.left = `${(100 * x) / WIDE}%`;
    button.style.top = `${(100 * y) / height}%`;
    // what is seen is short; what is read aloud says what each number is
    const spans = ["name", "value", "value"];
    button.append(...spans.map((kind) => make("span", { class: kind, "aria-hidden": "true" })));
    button.firstChild.innerHTML = name;
    button.append(make("span", { class: "said" }));
    button.addEventListener("click", () => pick(key));
    return button;
  }

  // From one button to its neighbour in the direction of an arrow key.
  function neighbour(buttons, from, [dx, dy]) {
    const middle = (button) => {
      const place = button.getBoundingClientRect();
      return [place.x + place.width / 2, place.y + place.height / 2];
    };
    const [x, y] = middle(from);
    const far = (button) => {
      const [bx, by] = middle(button),
        along = (bx - x) * dx + (by - y) * dy;
      const aside = Math.abs((bx - x) * dy) + Math.abs((by - y) * dx);
      return along > 4 ? along + 2 * aside : Infinity;
    };
    return buttons
      .filter((button) => far(button) < Infinity)
      .sort((one, other) => far(one) - far(other))[0];
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // One stop of the Tab key, and arrow keys from button to button.
  function letKeysWalk(field, buttons) {
    field.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      const next = arrow && neighbour(buttons, event.target.closest("button"), arrow);
      if (arrow) event.preventDefault();
      next?.focus();
    });
    field.addEventListener("focusin", ({ target }) => {
      buttons.forEach((button) => {
        button.tabIndex = button === target ? 0 : -1;
      });
    });
  }

  // From hair to beam over six powers of ten: how strong a gradient is.
  const strength = (size) =>
    size ? Math.min(4.5, Math.max(0.7, 3 + 0.75 * Math.log10(size))) : 0.5;

  function showTag(button, [, , words], values, picked) {
    const spans = button.querySelectorAll(".value");
    spans.forEach((span, unit) => {
      const value = values[unit];
      span.hidden = value === undefined;
      span.textContent = value === undefined ? "" : short(value);
      span.classList.toggle("long", span.textContent.length > 6);
      span.style.setProperty("--v", value === undefined ? 0 : Math.max(-1, Math.min(1, value)));
    });
    const said =
      values.length > 1
        ? values.map((v, unit) => `unit ${unit + 1} ${aloud(v)}`).join(", ")
        : aloud(values[0]);
    button.lastChild.textContent = `${button.firstChild.textContent}, ${words}: ${said}`;
    button.setAttribute("aria-pressed", picked);
  }

  // The drawing in one direction; `show` writes the numbers of a step into it.
  function drawing(id, cell, way, pick) {
    const { height, [way]: spec } = explorable.drawings[cell];
    const field = make("div", {
      class: `xp-cell ${way}`,
      role: "toolbar",
      "aria-label": `Numbers of the step, ${way}: arrow keys go from one to the next`,
    });
    const buttons = spec.edges.map((edge) => tag(edge, height, pick));
    field.style.aspectRatio = `${WIDE} / ${height}`;
    field.append(lines(id, spec, height, pick), ...buttons);
    letKeysWalk(field, buttons);

    function show(of, picked, gates, differs = () => false) {
      spec.edges.forEach((edge, at) => {
        showTag(buttons[at], edge, of(edge[0]), edge[0] === picked);
        buttons[at].classList.toggle("differs", differs(edge[0]));
      });
      if (!buttons.some((button) => button.tabIndex === 0)) buttons[0].tabIndex = 0;
      for (const group of field.querySelectorAll(".xp-line")) {
        const key = group.dataset.of;
        group.classList.toggle("picked", key === picked);
        const width = way === "backward" ? strength(explorable.length(of(key))) : 1.6;
        group.style.setProperty("--wide", width);
      }
      for (const group of field.querySelectorAll("[data-gate]")) {
        group.querySelectorAll(".wall").forEach((wall) => {
          const [unit, side] = wall.dataset.at,
            width = (DOOR * (1 - gates(group.dataset.gate)[unit])) / 2;
          wall.setAttribute("width", width);
          wall.style.translate = side === "1" ? `${DOOR - width}px` : "";
        });
      }
    }
    return { field, show, spec };
  }

  Object.assign(explorable, { make, drawing, GATES });
}
