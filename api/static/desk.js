// Keeps a page of the desk up to date without moving what somebody reads, types or has selected.

import { forms } from "./desk_forms.js";
import { keys } from "./desk_keys.js";
import { inPlace, renew } from "./desk_renew.js";
import { ring } from "./desk_sound.js";
import { putBack, typed } from "./desk_typed.js";

const EVERY_MS = 60000; // how long people wait is said in minutes
const APART_MS = 1000;
const LATE_MS = 3000;

const view = document.getElementById("view");
const stale = document.getElementById("stale");
const news = document.getElementById("news");
const code = view.dataset.code || "";
let title = document.title;
let last = Date.now();
let due = 0;
let events = null;

/** Fetch the page anew, but not more often than once a second. */
function refreshSoon() {
  if (due) return;
  due = setTimeout(refresh, Math.max(0, last + APART_MS - Date.now()));
}

async function refresh() {
  clearTimeout(due);
  due = 0;
  last = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.status >= 500) throw new Error(String(answer.status));
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    say(stale, "");
  } catch (_) {
    say(stale, stale.dataset.says);
  }
}

/** Show what another rendering of this page says. */
function show(page) {
  const fresh = page.getElementById("view");
  if (!fresh || (fresh.dataset.code || "") !== code) return location.reload(); // signed out, or not ours any more
  const waited = waiting();
  const wrote = written();
  inPlace(() => renew(view, document.importNode(fresh, true)));
  const waits = waiting().some((each) => !waited.includes(each));
  const writes = written().some((each) => !wrote.includes(each));
  if (waits || writes) ring();
  if (!code) say(news, waits ? news.dataset.waits : writes ? news.dataset.wrote : "");
  renewActs(page.getElementById("acts"));
  title = page.title;
  if (view.dataset.waiting) count(Number(view.dataset.waiting));
}

/** Who waits for somebody to take them. */
function waiting() {
  return Array.from(view.querySelectorAll("#cards > li"), (card) => card.id);
}

/** What residents wrote: in the talk, or last in each request of mine. */
function written() {
  return Array.from(view.querySelectorAll("#mine .line, #thread > .resident"), (line) => line.id || line.textContent);
}

/** Other things can be done once a request stands differently; what was typed stays. */
function renewActs(fresh) {
  const acts = document.getElementById("acts");
  if (!acts || !fresh || acts.dataset.acts === fresh.dataset.acts) return;
  const held = document.activeElement && acts.contains(document.activeElement) ? document.activeElement.id : "";
  acts.replaceWith(document.importNode(fresh, true));
  putBack(code);
  const same = held && document.getElementById(held);
  if (same) same.focus();
}

function count(people) {
  document.title = people ? `(${people}) ${title}` : title;
}

function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

function follow() {
  if (events) events.close();
  events = new EventSource(`/desk/events?code=${code}&seen=${code ? "-" : ""}${view.dataset.mark}`);
  events.onmessage = (event) => {
    const marks = JSON.parse(event.data);
    count(marks.waiting);
    if ((code ? marks.request : `${marks.queue}-`) !== view.dataset.mark) refreshSoon();
  };
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(follow, LATE_MS);
    refreshSoon();
  };
}

typed(code);
forms(code, show);
keys();
if (view.dataset.waiting) count(Number(view.dataset.waiting));
const where = document.querySelector("#where[data-replied] details");
if (where && matchMedia("(max-width: 48rem)").matches) where.open = false;
follow();
setInterval(() => {
  if (!document.hidden) refresh();
}, EVERY_MS);
addEventListener("online", refreshSoon);
addEventListener("offline", () => say(stale, stale.dataset.says));
document.addEventListener("visibilitychange", () => {
  // Browsers allow few connections to one place: of the hidden pages only the queue stays connected.
  if (document.hidden && code) events.close();
  if (!document.hidden && code) follow();
  if (!document.hidden && Date.now() - last > APART_MS) refresh();
});
