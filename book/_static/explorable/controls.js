// What the reader's hand is on: sliders, switches and choices, each with its name and its value in
// words.
{
  const { make, NUMBERS, short, aloud } = explorable;
  const bias = (letter) => [
    `<i>b<sub>${letter}</sub></i>`,
    `Bias of the ${
      {
        f: "forget",
        i: "input",
        o: "output",
        z: "update",
        r: "reset",
      }[letter]
    } gate`,
  ];
  const SLIDERS = {
    bf: bias("f"),
    bi: bias("i"),
    bo: bias("o"),
    bz: bias("z"),
    br: bias("r"),
    rec: ["state ×", "Recurrent scale: weights of the old state, times"],
    inp: ["input ×", "Input scale: weights of the input, times"],
    g: ["all ×", "All weights and biases, times"],
    n: ["steps", "Number of steps"],
  };
  const OF = { lstm: ["bf", "bi", "bo", "rec", "inp", "g"], pair: ["bz", "br", "rec", "inp", "g"] };
  const SEQUENCES = {
    sentence: "the sentence",
    pulse: "a pulse",
    noise: "noise",
    hand: "drawn by hand",
  };

  // a bias is shown as each unit has it, once it has been moved
  function shown(key, setting, P) {
    const moved = P[key];
    if (!moved)
      return key === "g" ? (setting.g / 12).toFixed(2) : setting[key].toFixed(key === "n" ? 0 : 1);
    return [...new Set(moved.map((b) => short(b)))].join(" / ");
  }

  function slider(key, change) {
    const [name, words] = SLIDERS[key],
      [min, max, step] = NUMBERS[key];
    const row = make("label", { class: "xp-slider" });
    const input = make("input", { type: "range", min, max, step, "aria-label": words });
    const label = make("span", { class: "what", "aria-hidden": "true" }),
      output = make("span", { class: "much", "aria-hidden": "true" });
    label.innerHTML = name;
    input.dataset.key = key;
    input.addEventListener("input", () => change({ [key]: Number(input.value) }));
    row.append(label, input, output);
    const show = (setting, P) => {
      input.value = setting[key];
      output.textContent = shown(key, setting, P);
      const units = P[key]?.map((b, unit) => `unit ${unit + 1} ${aloud(b)}`).join(", ");
      input.setAttribute("aria-valuetext", units ?? output.textContent);
    };
    return { row, show };
  }

  // The input of the step that is looked at, for those who draw with the keyboard.
  function inputSlider(change) {
    const row = make("label", { class: "xp-slider" });
    const input = make("input", { type: "range", min: -2, max: 2, step: 0.1, "data-key": "hand" });
    const label = make("span", { class: "what", "aria-hidden": "true" }),
      output = make("span", { class: "much", "aria-hidden": "true" });
    row.append(label, input, output);
    let now;
    input.addEventListener("input", () =>
      change({ hand: now.hand.map((x, t) => (t === now.t - 1 ? Number(input.value) : x)) }),
    );
    const show = (setting) => {
      now = { ...setting, hand: Array.from({ length: 12 }, (_, t) => setting.hand[t] ?? 0) };
      row.hidden = setting.on !== "hand";
      input.value = now.hand[setting.t - 1];
      label.innerHTML = `<i>x</i><sup>${setting.t}</sup>`;
      output.textContent = short(now.hand[setting.t - 1]);
      input.setAttribute("aria-label", `Input of step ${setting.t}`);
    };
    return { row, show };
  }

  function choice(words, label, options, change) {
    const row = make("label", { class: "xp-choice" });
    const select = make("select", { "aria-label": label });
    select.append(
      ...Object.entries(options).map(([value, name]) => make("option", { value }, name)),
    );
    select.addEventListener("change", () => change(select.value));
    row.append(make("span", { class: "what", "aria-hidden": "true" }, words), select);
    return { row, select };
  }

  function toggle(key, name, words, change) {
    const row = make("label", { class: "xp-switch" });
    const input = make("input", {
      type: "checkbox",
      role: "switch",
      "aria-label": words,
      "data-key": key,
    });
    input.addEventListener("change", () => change(input.checked));
    const label = make("span", { "aria-hidden": "true" });
    label.innerHTML = name;
    row.append(input, label);
    return { row, input };
  }

  function button(words, name, act) {
    const made = make("button", { type: "button", class: "xp-button", "aria-label": name }, words);
    made.addEventListener("click", act);
    return made;
  }

  // Where the loss sits: a choice, and a switch for the step that is looked at.
  function lossControls(change) {
    let now;
    const places = () => ({
      last: [now.n],
      every: Array.from({ length: now.n }, (_, t) => t + 1),
      first: [1],
      ...(now.on === "sentence" && { verbs: [5, 12].filter((t) => t <= now.n) }),
    });
    const options = {
      last: "the last step",
      first: "the first step",
      every: "every step",
      verbs: "windows, door",
      own: "steps of your choice",
    };
    const where = choice(
      "loss at",
      "Where the loss sits",
      options,
      (value) => value !== "own" && change({ loss: places()[value] }),
    );
    const here = toggle("loss", "loss here", "The loss reads this step", (on) => {
      const others = now.loss.filter((t) => t !== now.t);
      change({ loss: on ? [...others, now.t].sort((one, other) => one - other) : others });
    });
    const show = (setting) => {
      now = setting;
      const fits = Object.entries(places()).find(
        ([, steps]) => String(steps) === String(setting.loss),
      );
      where.select.value = fits ? fits[0] : "own";
      where.select.querySelector("[value=verbs]").hidden = setting.on !== "sentence";
      here.input.checked = setting.loss.includes(setting.t);
    };
    return { rows: [where.row, here.row], show };
  }

  function group(kind, name, parts) {
    const made = make("div", { class: kind, role: "group", "aria-label": name });
    made.append(...parts);
    return made;
  }

  // All controls of a figure, in three groups; `show` sets them to a setting.
  function controls(cell, change) {
    const sliders = OF[cell].map((key) => slider(key, change));
    const steps = slider("n", change),
      drawn = inputSlider(change);
    const sequence = choice("input", "Input sequence", SEQUENCES, (on) => change({ on }));
    const again = button("other noise", "Other noise", () => change({ seed: null }));
    const loss = lossControls(change);
    const ca = toggle("ca", "carry <i>da</i>", "Carry da from step to step", (on) =>
      change({ ca: Number(on) }),
    );
    const cc = toggle("cc", "carry <i>dc</i>", "Carry dc from step to step", (on) =>
      change({ cc: Number(on) }),
    );
    const slot = make("div", { class: "xp-slot" });
    slot.append(again, drawn.row);
    const switches = [ca.row, ...(cell === "lstm" ? [cc.row] : [])];
    const groups = [
      group(
        "xp-sliders",
        "Weights",
        sliders.map(({ row }) => row),
      ),
      group("xp-carries", "Loss and carries", [...loss.rows, ...switches]),
      group("xp-sequence", "Input", [sequence.row, steps.row, slot]),
    ];
    const show = (setting, P) => {
      [...sliders, steps, drawn, loss].forEach(({ show }) => show(setting, P));
      sequence.select.value = setting.on;
      again.hidden = setting.on !== "noise";
      ca.input.checked = setting.ca;
      cc.input.checked = setting.cc;
    };
    return { groups, show };
  }

  Object.assign(explorable, { controls, choice, button });
}
