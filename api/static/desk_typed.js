// Keeps what was typed for a request until it is sent: also when the session ends, or the request is passed on.

import { kept, keep } from "./desk_kept.js";

const NAME = "toso-desk-typed";
const TAB = "sessionStorage";
const SIGN_OUT = /\/desk\/(sign-out|me\/sessions)$/;

const me = document.querySelector("[data-person]").dataset.person;

/** Nobody finds what another person typed, nor what they left when they signed out. */
export function guard() {
  keepAll(all());
  document.addEventListener("submit", (event) => {
    if (SIGN_OUT.test(new URL(event.target.action).pathname)) keepAll({});
  });
}

/** `code` is the request that this page is about; none on the queue. */
export function typed(code) {
  guard();
  document.addEventListener("input", (event) => {
    if (event.target.closest("#acts textarea")) remember(code, event.target.id, event.target.value);
  });
  putBack(code);
}

/** Fill the boxes, and show what has no box here any more, to be copied. */
export function putBack(code) {
  const lost = [];
  for (const [request, boxes] of Object.entries(all())) {
    if (code && request !== code) continue;
    for (const [id, text] of Object.entries(boxes)) {
      const box = request === code && document.querySelector(`#acts textarea#${id}`);
      if (box) fill(box, text);
      else lost.push({ request, id, text });
    }
  }
  show(lost, code);
}

/** It was sent. */
export function forget(code, box) {
  remember(code, box.id, "");
}

function fill(box, text) {
  const folded = box.closest("details");
  if (folded) folded.open = true;
  if (!box.value.trim()) box.value = text;
}

function show(lost, code) {
  const part = document.getElementById("unsent");
  const now = JSON.stringify(lost);
  if (part.dataset.shows === now) return; // somebody may be copying it
  part.dataset.shows = now;
  part.hidden = !lost.length;
  for (const old of part.querySelectorAll("div")) old.remove();
  for (const { request, id, text } of lost) {
    const one = part.querySelector("template").content.firstElementChild.cloneNode(true);
    const link = one.querySelector("a");
    link.textContent = request;
    link.href = `/desk/requests/${request}${location.search}`;
    link.id = `unsent-${request}-${id}`;
    one.querySelector("textarea").value = text;
    one.querySelector("textarea").setAttribute("aria-labelledby", link.id);
    one.querySelector("button").addEventListener("click", () => {
      remember(request, id, "");
      putBack(code);
    });
    part.append(one);
  }
}

function remember(request, id, text) {
  const every = all();
  const boxes = { ...every[request], [id]: text };
  if (!text.trim()) delete boxes[id];
  if (Object.keys(boxes).length) every[request] = boxes;
  else delete every[request];
  keepAll(every);
}

/** What was typed for each request, by the ids of the boxes. */
function all() {
  const found = JSON.parse(kept(NAME, TAB) || "{}");
  return found.who === me ? found.typed : {};
}

function keepAll(every) {
  keep(NAME, JSON.stringify({ who: me, typed: every }), TAB);
}
