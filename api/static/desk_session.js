// Leaves a page once its session has ended: what stands there is for nobody who holds this device now.

import { guard } from "./desk_typed.js";

const LATE_MS = 3000;
const STREAM = "/desk/events";

let events = null;

function follow() {
  if (events) events.close();
  events = null;
  if (document.hidden) return; // browsers allow few connections to one place
  events = new EventSource(STREAM);
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) leaveOrFollow();
  };
}

async function leaveOrFollow() {
  if (await ended()) location.replace(`/desk${location.search}`);
  else setTimeout(follow, LATE_MS);
}

async function ended() {
  const enough = new AbortController();
  try {
    return (await fetch(STREAM, { signal: enough.signal })).status === 401;
  } catch (_) {
    return false; // the server is away, which says nothing of the session
  } finally {
    enough.abort();
  }
}

guard();
follow();
document.addEventListener("visibilitychange", follow);
