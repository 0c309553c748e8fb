// Excerpts of found pages say each formula once: not its MathML and then its letters again.
const wholeText = Search.htmlToText;

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("math").forEach((formula) => formula.remove());
  return wholeText(page.documentElement.outerHTML, anchor);
};
