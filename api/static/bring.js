// The list of what to bring: what is ticked stays ticked on this device, and the list can be passed on.

import { share } from "./share.js";

const KEPT = `toso-list ${location.pathname}${location.search}`;
const boxes = Array.from(document.querySelectorAll(".ticks input"));
const state = document.getElementById("state");

/** A device may keep nothing: then ticks last as long as the page. */
function kept(ticks) {
  try {
    if (ticks) localStorage.setItem(KEPT, JSON.stringify(ticks));
    return JSON.parse(localStorage.getItem(KEPT)) || [];
  } catch {
    return [];
  }
}

const known = kept();
for (const box of boxes) {
  const name = box.parentNode.textContent.trim();
  box.checked = known.includes(name);
  box.addEventListener("change", () => kept(boxes.filter((each) => each.checked).map((each) => each.parentNode.textContent.trim())));
}

const button = document.getElementById("share");
button.hidden = false;
document.getElementById("message").hidden = Boolean(navigator.share);
button.addEventListener("click", async () => {
  state.textContent = button.dataset[await share(button.dataset.text)] || "";
});
