// Keyboard shortcuts of the desk: off while somebody types, and for good where they switch them off.

import { kept, keep } from "./desk_kept.js";
import { isOn, turn } from "./desk_sound.js";

const NAME = "toso-desk-keys";
const ACTS = { "/": search, j: () => step(1), k: () => step(-1), n: take, r: reply, h: home, "?": help };

export function keys() {
  const box = document.getElementById("keys");
  const sound = document.getElementById("sound");
  box.checked = kept(NAME) !== "off";
  box.addEventListener("change", () => keep(NAME, box.checked ? "on" : "off"));
  sound.checked = isOn();
  sound.addEventListener("change", () => turn(sound.checked));
  document.getElementById("tools").hidden = false;
  document.getElementById("open-help").addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") return send(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !box.checked) return;
    if (isBusy(event.target)) return;
    const act = ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Whether keys mean something else there. A dialog closed just now has the focus until the next frame. */
function isBusy(node) {
  return !node.closest("dialog:not([open])") && node.closest("input, textarea, select, dialog") !== null;
}

function help() {
  document.getElementById("help").showModal();
}

function search() {
  const box = document.getElementById("code");
  if (box) box.focus();
}

function step(by) {
  const links = Array.from(document.querySelectorAll(".cards h3 a"));
  const here = links.findIndex((link) => link.closest("li").contains(document.activeElement));
  const next = links[Math.max(0, Math.min(links.length - 1, here + by))];
  if (next) next.focus();
}

function take() {
  const card = document.activeElement && document.activeElement.closest(".cards > li");
  const button = card ? card.querySelector("button") : document.querySelector("#acts .big button");
  if (button) button.click();
}

function reply() {
  const box = document.getElementById("text");
  if (box) box.focus();
}

function home() {
  location.href = document.querySelector("nav a").href;
}

function send(event) {
  const form = event.target.closest("form[data-act]");
  if (!form || event.target.nodeName !== "TEXTAREA") return;
  event.preventDefault();
  form.requestSubmit();
}
