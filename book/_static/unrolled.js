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

document.addEventListener("DOMContentLoaded", () => {
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
