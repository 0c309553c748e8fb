// Fetch the drawings that a printed page shows, once the first view is there: a printer does not wait for them.
function fetchForPaper() {
  for (const drawing of document.querySelectorAll("img.theme-light")) {
    drawing.loading = "eager";
  }
}

addEventListener("load", () => setTimeout(fetchForPaper, 1500));
addEventListener("beforeprint", fetchForPaper);
