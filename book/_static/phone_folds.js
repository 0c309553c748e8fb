// What a phone folds; whoever searches the page, or follows a link to such a part, finds it open.
{
  const phone = matchMedia("(max-width: 576px)");

  function foldOf(button) {
    const part = document.getElementById(button.getAttribute("aria-controls"));
    const word = button.querySelector(".fold-word");
    const show = (open) => {
      part.hidden = open ? false : "until-found";
      button.setAttribute("aria-expanded", String(open));
      word.textContent = open ? "Hide" : "Show";
    };
    button.addEventListener("click", () => show(part.hidden !== false));
    part.addEventListener("beforematch", () => show(true));
    return { button, part, show };
  }

  const folds = [...document.querySelectorAll(".fold-button")].map(foldOf);

  // What one has already read or passed stays as it is: nothing moves under the eye.
  function asTheScreenWants() {
    for (const { button, part, show } of folds) {
      button.hidden = !phone.matches;
      if (!phone.matches || part.getBoundingClientRect().top > innerHeight) show(!phone.matches);
    }
  }

  function openWhereLinked() {
    const there = document.getElementById(location.hash.slice(1));
    folds.find(({ part }) => there && part.parentElement.contains(there))?.show(true);
  }

  asTheScreenWants();
  openWhereLinked();
  phone.addEventListener("change", asTheScreenWants);
  addEventListener("hashchange", openWhereLinked);
}
