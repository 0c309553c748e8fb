// A small editor over a real text field: colours, line numbers, indentation, an undo of its own.

import { createEditor, defaultCommands, editHistory } from "./editor_base.js";

// On iOS a field whose letters are small makes the page zoom in, and stay there.
if (/iP(hone|ad|od)/.test(navigator.userAgent)) {
  const view = document.querySelector("meta[name=viewport]");
  if (view) view.content += ", maximum-scale=1";
}

// Make an editor in `place`. Tab goes on to the next thing while nothing was typed or
// clicked here, and
// after Escape; else it indents.
export function makeEditor(place, { text, name, changed, marked, run, check }) {
  place.replaceChildren();
  const options = { language: "python", value: text, tabSize: 4, insertSpaces: true };
  const editor = createEditor(place, options, defaultCommands([]), editHistory());
  const field = editor.textarea;
  field.setAttribute("aria-label", name);
  field.setAttribute("aria-describedby", "live-keys");
  let typing = false;
  field.addEventListener("focus", () => {
    typing = false;
  });
  field.addEventListener("pointerdown", () =>
    setTimeout(() => {
      typing = true;
    }),
  );
  field.addEventListener("beforeinput", () => {
    typing = true;
  });
  place.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape") typing = false;
      else if (event.key === "Tab" && !typing) event.stopPropagation();
      else if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        event.stopPropagation();
        (event.ctrlKey || event.metaKey ? check : run)();
      }
    },
    true,
  );
  editor.on("update", (value) => {
    mark(editor, marked(value));
    changed(value);
  });
  mark(editor, marked(text));
  return {
    field,
    get text() {
      return editor.value;
    },
    set(value) {
      const at = field.selectionStart;
      editor.setOptions({ value });
      field.setSelectionRange(at, at);
    },
    focus: () => field.focus(),
  };
}

// Mark lines, from 1, as those to be written.
function mark(editor, lines) {
  const marked = new Set(lines);
  for (let k = 1; k < editor.lines.length; k += 1) {
    editor.lines[k].classList.toggle("live-yours", marked.has(k));
  }
}
