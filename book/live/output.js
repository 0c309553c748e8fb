// What a cell shows, below it.

// A text with code between backticks and *emphasis* into an element, as nodes.
export function setText(element, text) {
  element.replaceChildren(
    ...text.split(/(`[^`]*`|\*[^*\s][^*]*\*)/).map((part) => {
      const tag = part.startsWith("`")
        ? "code"
        : part.startsWith("*") && part.length > 2
          ? "em"
          : "";
      return tag
        ? Object.assign(document.createElement(tag), { textContent: part.slice(1, -1) })
        : part;
    }),
  );
  return element;
}

export class Output {
  // `root` is the way from the page to the book's own first folder.
  constructor(root) {
    this.root = root;
    this.element = document.createElement("div");
    this.element.className = "live-output";
    this.element.hidden = true;
  }

  clear() {
    this.element.replaceChildren();
    this.element.hidden = true;
    this.printed = null;
  }

  put(node) {
    this.element.append(node);
    this.element.hidden = false;
    return node;
  }

  text(kind, text) {
    const pre = this.put(document.createElement("pre"));
    pre.className = `live-${kind}`;
    pre.textContent = text;
    pre.tabIndex = 0; // what is wide is scrolled by the keyboard, too
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", kind === "error" ? "What went wrong" : "Output");
    return pre;
  }

  // Show what a kernel has sent.
  show({ kind, first, second }) {
    if (kind === "stream") {
      if (this.printed?.stream !== first)
        this.printed = { stream: first, pre: this.text(first, "") };
      this.printed.pre.append(second);
      return;
    }
    this.printed = null;
    if (kind === "error") this.text("error", first);
    else if (first) this.html(first);
    else this.text("value", second);
  }

  // A check's own page; its links lead into this very book, wherever the course says that it is.
  html(markup) {
    const box = this.put(document.createElement("div"));
    box.innerHTML = markup;
    for (const link of box.querySelectorAll("a[href]")) {
      const [, page] =
        link.getAttribute("href").match(/(?:^|\/)(book\/\w+\.html(?:#.*)?)$/) ?? [];
      if (page) link.href = this.root + page;
      link.target = "_blank";
      link.rel = "noopener";
    }
  }

  // A remark of the page's own: texts, and links among them.
  note(what) {
    const line = this.put(document.createElement("p"));
    line.className = "live-note";
    const parts = [what]
      .flat()
      .map((one) =>
        typeof one === "string" ? setText(document.createElement("span"), one) : one,
      );
    line.append(...parts);
    return line;
  }
}
