// The sandbox's time, and moving it.

import { attempt } from "./composer.js";
import { byId } from "./dom.js";
import { full, isoMinute } from "./times.js";

const NOT_MOVED = 60_000; // milliseconds: less than this is no move

export function showClock(store) {
  const now = store.now();
  byId("now").textContent = full(now);
  byId("now").dateTime = now.toISOString();
  byId("today").hidden = Math.abs(store.ahead) < NOT_MOVED;
}

// Offer the present for a start, so that only what differs has to be typed.
export function offerMoment(store) {
  if (document.activeElement !== byId("moment")) byId("moment").value = isoMinute(store.now());
}

export function listen() {
  for (const button of document.querySelectorAll(".jumps button[data-to]")) {
    button.addEventListener("click", () => attempt("/clock", { to: button.dataset.to }));
  }
  byId("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt("/clock", { to: byId("moment").value });
  });
}
