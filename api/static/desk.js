// Keeps the queue up to date without moving what somebody reads, types or has selected.

const EVERY_MS = 15000;
const queue = document.getElementById("queue");
const stale = document.getElementById("stale");
let last = Date.now();

async function refresh() {
  last = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("queue");
    if (!fresh) return location.reload(); // signed out meanwhile
    inPlace(() => renew(queue, document.importNode(fresh, true)));
    say("");
  } catch (_) {
    say(stale.dataset.says);
  }
}

function say(words) {
  if (stale.textContent !== words) stale.textContent = words;
}

/** Change the list, and leave the first card in sight where it is. */
function inPlace(change) {
  const cards = Array.from(document.querySelectorAll("#cards > li"));
  const seen = scrollY > 0 && cards.find((card) => card.getBoundingClientRect().bottom > 0);
  const top = seen && seen.getBoundingClientRect().top;
  change();
  if (seen && seen.isConnected) scrollBy(0, seen.getBoundingClientRect().top - top);
}

/** Make `old` equal to `fresh`, touching only what differs; elements with an id are known by it. */
function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType === Node.TEXT_NODE) return (old.data = fresh.data);
  for (const name of fresh.getAttributeNames()) {
    if (old.getAttribute(name) !== fresh.getAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
  }
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  const wanted = Array.from(fresh.childNodes);
  const ids = new Set(wanted.map((node) => node.id).filter(Boolean));
  for (const node of Array.from(old.childNodes)) if (node.id && !ids.has(node.id)) node.remove();
  wanted.forEach((node, place) => settle(old, node, old.childNodes[place]));
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

function settle(parent, node, here) {
  const known = node.id && Array.from(parent.children).find((child) => child.id === node.id);
  if (known) {
    if (known !== here) parent.insertBefore(known, here);
    renew(known, node);
  } else if (!here || here.id || node.id) parent.insertBefore(node, here || null);
  else renew(here, node);
}

setInterval(() => {
  if (!document.hidden) refresh();
}, EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - last > EVERY_MS) refresh();
});
