// Carry work over to another release of an exercise, function by function. No page is needed here.

import { END, START, isEdited } from "./notebook.js";

// A text in two parts: what the student is to write, and all around it.
function apart(text) {
  const around = [];
  const within = [];
  let inside = false;
  for (const line of text.split("\n")) {
    const mark = line.trim();
    if (mark.startsWith(START)) {
      inside = true;
      around.push(line);
      within.push([]);
    } else if (mark.startsWith(END)) {
      inside = false;
      around.push(line);
    } else if (inside) within.at(-1).push(line);
    else around.push(line);
  }
  return { around: around.join("\n"), within, closed: !inside };
}

// A text with these lines between its markers; null where it has another number of places for them.
function withLines(text, parts) {
  if (apart(text).within.length !== parts.length) return null;
  const lines = [];
  let at = -1;
  let inside = false;
  for (const line of text.split("\n")) {
    const mark = line.trim();
    if (mark.startsWith(START)) {
      lines.push(line, ...parts[(at += 1)]);
      inside = true;
    } else if (mark.startsWith(END)) {
      lines.push(line);
      inside = false;
    } else if (!inside) lines.push(line);
  }
  return lines.join("\n");
}

// How one text fares: `text` is what to show, `how` is "kept", "moved" or "clash".
export function carryText(text, base, stub) {
  if (base === undefined || base === stub || text === stub) return { text, how: "kept" };
  const mine = apart(text);
  if (mine.closed && mine.within.length && mine.around === apart(base).around) {
    const moved = withLines(stub, mine.within);
    if (moved !== null) return { text: moved, how: "moved" };
  }
  return { text, how: "clash" };
}

// Carry everything over. Gives the work for the new release, and what to say of it, a sentence
// each.
export function carry(work, released, version) {
  if (!work.version || work.version === version)
    return { work: { ...work, version }, said: [] };
  const known = new Map(released.filter(isEdited).map((cell) => [cell.id, cell]));
  const cells = {};
  const history = [...(work.history ?? [])];
  const ways = { moved: [], clash: [], gone: [], kept: [] };
  for (const [id, one] of Object.entries(work.cells ?? {})) {
    const cell = known.get(id);
    if (!cell) {
      history.push({ cell: id, text: one.text, at: one.at, why: "no longer in the exercise" });
      ways.gone.push(id);
    } else {
      const { text, how } = carryText(one.text, one.base, cell.text);
      if (how !== "kept")
        history.push({ cell: id, text: one.text, at: one.at, why: "before the new release" });
      cells[id] = { ...one, text, base: cell.text };
      ways[how].push(id);
    }
  }
  const last = released.at(-1)?.id ?? "";
  const there = new Set(released.map((cell) => cell.id));
  const own = (work.own ?? []).map((one) => ({
    ...one,
    after: there.has(one.after) ? one.after : last,
  }));
  return {
    work: { ...work, cells, own, history, version, points: undefined },
    said: sentences(ways),
  };
}

const listed = (names) => names.map((name) => `\`${name}\``).join(", ");

function sentences({ moved, clash, gone, kept }) {
  const said = [
    "This exercise has changed since you worked here, and your work was carried over.",
  ];
  if (kept.length) said.push(`As it was: ${listed(kept)}.`);
  if (moved.length) {
    said.push(`Your lines are now within the new text around them: ${listed(moved)}.`);
  }
  if (clash.length) {
    said.push(
      `You had changed the course's own lines, which are others now, so that yours stand as they were: ${listed(
        clash,
      )}. *Reset* shows the new text.`,
    );
  }
  if (gone.length)
    said.push(`No longer in the exercise, and kept among the earlier texts: ${listed(gone)}.`);
  said.push("Check again.");
  return said;
}
