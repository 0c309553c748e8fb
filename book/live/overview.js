// The points so far, in the table of all exercises.

import { store, told } from "./page.js";
import { short } from "./points.js";

let points = 0;
let most = 0;
for (const { name, version } of told.exercises) {
  const work = store.read(name);
  const place = document.querySelector(`.so-far.of-${name}`);
  if (place && work.points && work.version === version) {
    place.textContent = short(work.points);
    points += work.points.points;
    most += work.points.most;
  } else if (place && Object.keys(work.cells).length) {
    place.textContent = "begun";
  }
}
if (most) {
  const sum = document.createElement("p");
  sum.textContent = `${short({ points, most })} points so far where you have checked something, in this browser.`;
  document.querySelector("table.exercise-list").closest("section").append(sum);
}
document.documentElement.dataset.live = "there";
