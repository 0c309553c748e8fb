// Fetch the drawings that a printed page shows, once the first view is there: a printer does not wait for them.
function fetchForPaper() {
  for (const drawing of document.querySelectorAll("img.theme-light")) {
    const step = drawing.closest(".sd-tab-content");
    if (!step || step.classList.contains("still")) drawing.loading = "eager";
  }
}

addEventListener("load", () => setTimeout(fetchForPaper, 1500));
addEventListener("beforeprint", fetchForPaper);
