// Small things that a page can only know in the browser. The book works without this script.

// A search that was opened from a folder cannot read the pages it finds, to quote them: it lists them only.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS === "object") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// What is wider than the screen scrolls inside itself. The theme lets the keyboard into code and tables; here the rest.
function letKeyboardIntoWideThings() {
  for (const box of document.querySelectorAll(".bd-article div, .bd-article .katex-display")) {
    const wide = box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(box).overflowX);
    if (wide && !box.hasAttribute("tabindex")) {
      box.setAttribute("tabindex", "0");
      box.dataset.wide = "";
    } else if (!wide && "wide" in box.dataset) {
      box.removeAttribute("tabindex");
      delete box.dataset.wide;
    }
  }
}

// Buttons that go from one step of a drawing to the next, for a thumb; the arrow keys do the same beside them.
function giveStepperButtons(figure) {
  const tabs = [...figure.querySelectorAll("input[type=radio]")];
  const go = (by) => {
    const now = tabs.findIndex((tab) => tab.checked);
    tabs[(now + by + tabs.length) % tabs.length].click();
  };
  const row = document.createElement("div");
  row.className = "stepper-buttons";
  for (const [words, by] of [["‹ one back", -1], ["one on ›", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", () => go(by));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step) {
        go(step);
        event.preventDefault();
      }
    });
    row.append(button);
  }
  figure.querySelector(".sd-tab-set").after(row);
}

// A drawing that is tapped on a phone fills the screen, and scrolls there.
function enlarge(image) {
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  dialog.setAttribute("aria-label", "The drawing, enlarged; Escape or a tap closes it");
  dialog.append(Object.assign(new Image(), { src: image.src, alt: image.alt }));
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("figure.stepper").forEach(giveStepperButtons);
  for (const image of document.querySelectorAll(".bd-article figure:not(.stepper) img[src*='_images/']")) {
    image.addEventListener("click", () => {
      if (matchMedia("(max-width: 576px)").matches) {
        enlarge(image);
      }
    });
  }
  const names = {
    "#pst-search-dialog": "Search",
    "#pst-primary-sidebar-modal": "Pages of the book",
    "#pst-secondary-sidebar-modal": "Contents of this page",
  };
  for (const [dialog, name] of Object.entries(names)) {
    document.querySelector(dialog)?.setAttribute("aria-label", name);
  }
  for (const side of ["primary", "secondary"]) {  // who closes a drawer is back at the button that opened it
    const back = () => setTimeout(() => document.querySelector(`.${side}-toggle`)?.focus(), 0);
    document.getElementById(`pst-${side}-sidebar-modal`)?.addEventListener("close", back);
  }
  document.querySelector(".bd-docs-nav a.current[href='#']")?.setAttribute("aria-current", "page");

  let soon;
  const watch = new ResizeObserver(() => {
    clearTimeout(soon);
    soon = setTimeout(letKeyboardIntoWideThings, 100);
  });
  document.querySelectorAll(".bd-article").forEach((article) => watch.observe(article));
});
