// The figures of a page, and the door through which a reader's own function comes in.
{
  const figures = new Map();

  // Make a figure answer, and tell whoever waits for it: from here on it can be driven.
  function mount(element) {
    if (figures.has(element.id)) return;
    figures.set(element.id, new explorable.Figure(element));
    element.dispatchEvent(new CustomEvent("explorable:ready", { bubbles: true }));
  }

  // Let a reader's own function drive a figure that is ready; without one, it drives itself again.
  //
  // `fn` is called once the reader's hand rests, with { x, parameters, da, carry }: a vector for
  // each step; Wf, bf, … as rows and as a list; the loss's gradient at each step; 1 or 0 for the
  // carries a and c. It returns, or promises, an array with an object for each step: numbers of
  // both units under the drawing's keys ("f", "c", "dc", …; see lstm.js and pair.js), as many of
  // them as it knows. They are shown in place of the figure's own, and marked where they differ.
  // Where pages run Python, the switch of book/live/figures.js comes in here.
  function drive(id, fn) {
    const figure = figures.get(id);
    if (!figure) {
      const known = [...figures.keys()].join(", ") || "none yet";
      throw new Error(`explorable.drive: no figure ${id} in this page; there are: ${known}`);
    }
    figure.driver = fn;
    return figure.askOwn();
  }

  Object.assign(explorable, { mount, drive, figures });
}
