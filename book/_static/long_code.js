// The rest of a long cell, which a phone does not show at first; the keyboard goes on in the code.
function showAllOf(button) {
  const code = button.parentElement.querySelector("pre");
  button.parentElement.classList.add("whole");
  button.setAttribute("aria-expanded", "true");
  code.tabIndex = 0;
  code.focus({ preventScroll: true });
}

for (const button of document.querySelectorAll("button.show-all")) {
  button.addEventListener("click", () => showAllOf(button));
}
