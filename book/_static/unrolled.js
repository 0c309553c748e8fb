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

// Figures that answer to the reader's hand: their scripts come when one of them is near, in this
// order, and as plain scripts, since a page that was opened from a folder may not load modules.
const EXPLORABLE = ["cells", "setting", "run", "numbers", "origins", "lstm", "pair", "drawing", "strip"];
EXPLORABLE.push("presets", "controls", "page", "figure", "explorable");
const FOLDER = new URL("explorable/", document.currentScript.src);

function fetchExplorable(version) {
  const from = (name) => new URL(`${name}?v=${version}`, FOLDER);
  const make = (tag, what) => Object.assign(document.createElement(tag), what);
  const parts = EXPLORABLE.map((name) => make("script", { src: from(`${name}.js`), async: false }));
  parts.unshift(make("link", { rel: "stylesheet", href: from("explorable.css") }));
  const all = parts.map((part) => new Promise((done) => { part.onload = done; }));
  document.head.append(...parts);
  return Promise.all(all);
}

// Who has come into a figure by keyboard while its scripts were on their way is not thrown out of it.
function isLeft(figure) {
  const within = () => figure.contains(document.activeElement);
  return new Promise((done) => {
    const look = () => setTimeout(() => {
      if (!within()) {
        figure.removeEventListener("focusout", look);
        done();
      }
    });
    figure.addEventListener("focusout", look);
    look();
  });
}

function watchExplorables() {
  let scripts;
  async function come(figure) {
    near.unobserve(figure);
    await (scripts ??= fetchExplorable(figure.querySelector(".explorable-stage").dataset.version));
    await isLeft(figure);
    explorable.mount(figure);
  }
  const seen = (entries) => entries.filter((one) => one.isIntersecting).forEach((one) => come(one.target));
  const near = new IntersectionObserver(seen, { rootMargin: "600px" });
  document.querySelectorAll("figure.explorable").forEach((figure) => near.observe(figure));
  goToFigure();
  addEventListener("hashchange", goToFigure);
}

// An address that names a figure and how it is set, "#fig-ch4-steps~bf=3", leads to the figure.
function goToFigure() {
  const [id, setting] = location.hash.slice(1).replace(/%7E/i, "~").split("~");
  if (setting !== undefined) document.getElementById(id)?.scrollIntoView();
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
  watchExplorables();
  for (const image of document.querySelectorAll(".bd-article figure:not(.explorable) img[src*='_images/']")) {
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
