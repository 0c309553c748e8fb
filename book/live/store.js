// A reader's work in this browser: of each exercise the texts, own cells, earlier texts and points.

const EARLIER = 40; // texts that are kept to go back to, of an exercise

export class Store {
  // `place` is the book's own path on its host, where several books may lie side by side.
  constructor(place) {
    this.place = place;
  }

  key(assignment) {
    return `unrolled ${this.place} ${assignment}`;
  }

  // The work on an exercise; an empty one if there is none, or if it cannot be read.
  read(assignment) {
    const empty = { cells: {}, own: [], history: [] };
    try {
      const found = JSON.parse(localStorage.getItem(this.key(assignment)));
      return found && typeof found === "object" ? { ...empty, ...found } : empty;
    } catch {
      return empty;
    }
  }

  // Change the work on an exercise as it is now, whichever tab has changed it last. Gives "" or
  // why it is not kept.
  change(assignment, edit) {
    const work = this.read(assignment);
    edit(work);
    work.history = work.history.slice(-EARLIER);
    for (const history of [work.history, work.history.slice(-5), []]) {
      // what is dropped first where room is short
      try {
        localStorage.setItem(this.key(assignment), JSON.stringify({ ...work, history }));
        return "";
      } catch (error) {
        if (!isFull(error)) return "off";
      }
    }
    return "full";
  }

  // Hear of changes that another tab makes.
  follow(assignment, hear) {
    addEventListener("storage", (event) => {
      if (event.key === this.key(assignment)) hear(this.read(assignment));
    });
  }
}

function isFull(error) {
  return error?.name === "QuotaExceededError" || error?.name === "NS_ERROR_DOM_QUOTA_REACHED";
}

// Why nothing is kept here, in words; "" if it is.
export function whyNot(kept) {
  const take = "Download your notebook before you leave this page.";
  return {
    "": "",
    full: `This browser's storage for the site is full: what you write now is not kept. ${take}`,
    off: `This window keeps nothing (it may be a private one, or storage is switched off). ${take}`,
  }[kept];
}
