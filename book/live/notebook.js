// Notebooks as the course releases them, and as a student's work stands in them. No page is
// needed here.

export const START = "### START CODE HERE ###";
export const END = "### END CODE HERE ###";

const whole = (source) => (Array.isArray(source) ? source.join("") : String(source ?? ""));

// The lines of a text, as a notebook keeps them: each with its end.
const inLines = (text) => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

// What each cell of a released notebook is: its role, its text, and for a function its check.
export function readReleased(notebook) {
  const cells = notebook.cells.map((cell) => {
    const graded = cell.metadata?.nbgrader;
    const text = whole(cell.source);
    const code = cell.cell_type === "code";
    return { id: cell.id, kind: kindOf(code, graded, text), text, points: graded?.points };
  });
  for (const cell of cells) {
    const [, task] = (cell.kind === "check" && cell.text.match(/^check\((\w+)\)/)) || [];
    const mine = task && cells.find((one) => one.kind === "yours" && defines(one.text, task));
    if (mine) Object.assign(mine, { check: cell.id, task });
    if (task) cell.task = task;
  }
  return cells;
}

function kindOf(code, graded, text) {
  if (!code) return graded?.solution ? "written" : "text";
  if (!graded) return "try";
  if (graded.solution) return "yours";
  return /^check\(/m.test(text) && graded.grade ? "check" : "given";
}

const defines = (text, name) => new RegExp(`^(?:def|class)[ \\t]+${name}\\b`, "m").test(text);

export const isCode = (cell) => !["text", "written"].includes(cell.kind);
export const isEdited = (cell) => ["yours", "try", "written", "own"].includes(cell.kind);

// Numbers of the lines between the markers, markers included.
export function linesToWrite(text) {
  const found = [];
  let inside = false;
  text.split("\n").forEach((line, index) => {
    inside ||= line.trim().startsWith(START);
    if (inside) found.push(index + 1);
    if (line.trim().startsWith(END)) inside = false;
  });
  return found;
}

// The notebook to hand in: the released one, with the student's texts and own cells in it.
export function fill(notebook, { texts, own }) {
  const cells = [];
  const put = (after) =>
    own.filter((one) => one.after === after).forEach((one) => cells.push(ownCell(one)));
  put("");
  for (const cell of notebook.cells) {
    const text = texts[cell.id];
    cells.push(text === undefined ? cell : { ...cell, source: inLines(text) });
    put(cell.id);
  }
  return `${JSON.stringify({ ...notebook, cells }, null, 1)}\n`;
}

function ownCell({ id, text, markdown }) {
  if (markdown) return { cell_type: "markdown", id, metadata: {}, source: inLines(text) };
  return {
    cell_type: "code",
    execution_count: null,
    id,
    metadata: {},
    outputs: [],
    source: inLines(text),
  };
}

// Read a notebook that somebody opens: the texts of the exercise's cells by their names, and
// what is the
// student's own beside them. Its `problem` says why it cannot be taken, if so.
export function readOpened(content, released, assignment) {
  let found;
  try {
    found = JSON.parse(content).cells;
  } catch {
    /* told below */
  }
  if (!Array.isArray(found))
    return { problem: "This file is no notebook: it should be one that ends in .ipynb." };
  const cells = found.filter((cell) => cell && typeof cell === "object");
  const known = new Map(released.map((cell) => [cell.id, cell]));
  const texts = {};
  const own = [];
  let last = "";
  for (const cell of cells) {
    const text = whole(cell.source);
    const match = matchOf(cell, text, known, released, texts);
    if (match) {
      if (isEdited(match)) texts[match.id] = text;
      last = match.id;
    } else if (text.trim() && !isCourseText(cell, released)) {
      const markdown = cell.cell_type !== "code";
      own.push({
        id: freshId(own, cell.id, known),
        after: last,
        text,
        ...(markdown && { markdown }),
      });
    }
  }
  const functions = released.filter((cell) => cell.kind === "yours");
  if (!functions.some((cell) => cell.id in texts)) {
    const names = functions.map((cell) => cell.id).join(", ");
    return {
      problem: `This is no notebook of ${assignment}: none of its cells defines ${names}.`,
    };
  }
  return { texts, own };
}

// Which of the exercise's cells one of an opened notebook is: by nbgrader's name, by its own,
// by what it defines.
function matchOf(cell, text, known, released, taken) {
  const free = (one) =>
    one && !(one.id in taken) && isCode(one) === (cell.cell_type === "code") && one;
  return (
    free(known.get(cell.metadata?.nbgrader?.grade_id)) ||
    free(known.get(cell.id)) ||
    (cell.cell_type === "code" &&
      free(
        released.find((one) => one.kind === "yours" && defines(text, one.task ?? one.id)),
      )) ||
    null
  );
}

// Text of the course's own, of whatever release: a page has it already, and what was changed in
// it is no answer.
function isCourseText(cell, released) {
  return (
    Boolean(cell.metadata?.nbgrader) ||
    (/^text_\d+$/.test(cell.id ?? "") && cell.cell_type !== "code") ||
    released.some((one) => one.text.trim() === whole(cell.source).trim())
  );
}

export function freshId(own, wanted, known = new Map()) {
  const taken = new Set([...own.map((one) => one.id), ...known.keys()]);
  const plain = /^[\w-]{1,60}$/.test(wanted ?? "") ? wanted : "own";
  if (plain !== "own" && !taken.has(plain)) return plain;
  let number = 1;
  while (taken.has(`own_${number}`)) number += 1;
  return `own_${number}`;
}
