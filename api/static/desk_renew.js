// Makes a part of the page equal to a fresh one, touching only what differs.

/** Change a list, and leave the first card in sight where it is. */
export function inPlace(change) {
  const cards = Array.from(document.querySelectorAll(".cards > li"));
  const seen = scrollY > 0 && cards.find((card) => card.getBoundingClientRect().bottom > 0);
  const top = seen && seen.getBoundingClientRect().top;
  change();
  if (seen && seen.isConnected) scrollBy(0, seen.getBoundingClientRect().top - top);
}

/** Make `old` equal to `fresh`; elements with an id are known by it. What somebody opened stays open. */
export function renew(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType === Node.TEXT_NODE) return (old.data = fresh.data);
  const kept = old.nodeName === "DETAILS" ? ["open"] : [];
  for (const name of fresh.getAttributeNames()) {
    if (old.getAttribute(name) !== fresh.getAttribute(name) && !kept.includes(name)) {
      old.setAttribute(name, fresh.getAttribute(name));
    }
  }
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name) && !kept.includes(name)) old.removeAttribute(name);
  }
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
