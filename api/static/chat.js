// The resident's chat: wires the outbox, the log and the view together.

import { Feature } from "./feature.js";
import { isGone, keepLanguage, load, logNumbers, newId, Outbox, put } from "./outbox.js";
import { newest, newestOfAll, View } from "./view.js";
import { hello, named, speak, word } from "./words.js";

const SIZES = ["normal", "large", "largest"];
const LATE_MS = 3000;
const QUIET_MS = 1500;

const DRAFT = "toso-draft"; // of this tab alone, and gone with it

const live = document.getElementById("live");
const box = document.getElementById("text");
const net = document.getElementById("net");
const sizing = document.getElementById("size");

const replies = new Map();
let events = null;
let followed = "";
let heard = 0; // the newest number that came through the events: far behind `last()`, the line is dead
let reopening = 0;

const sharing = new Feature(import("./share.js"), () => {});
const view = new View((choice) => say({ text: choice.label, choice: choice.id }), share);
const ofPictures = () => ({ sent: word("picture_sent"), lost: word("picture_lost") });
const ofVoices = () => ({ sent: word("voice_sent"), lost: word("voice_lost") });
const pictures = new Feature(import("./picture.js"), (module) => {
  module.preparePictures(newId, (picture) => sendFile("pictures", ofPictures, picture));
  if (!offerPicture()) return;
  show();
  view.lead();
});
const voice = new Feature(document.getElementById("speak") && import("./voice.js"), (module) => {
  module.prepareVoice(newId, (recording) => sendFile("voices", ofVoices, recording));
});
const speech = new Feature(import("./speech.js"), (module) => {
  module.prepareSpeech();
  module.offerSpeech(newestAnswer());
});
const outbox = new Outbox(refresh, answered, (fails) => tell(trouble(fails)));

function last() {
  return Math.max(0, ...replies.keys());
}

function say(line) {
  outbox.say(line, last());
}

function refresh() {
  follow();
  show();
}

/** Show the conversation; the page speaks its language, unless what waits may change it. */
function show() {
  const asked = newest(replies);
  if (asked && !outbox.next() && speak(asked.lang)) keepLanguage(asked.lang);
  offerPicture(); // first, so that it is in sight with what asks for it
  view.render(replies, load().lines);
  speech.use((module) => module.offerSpeech(newestAnswer()));
}

/** What was answered to the last line, for who listens to it; nothing while that one waits. */
function newestAnswer() {
  const { lines } = load();
  const line = lines[lines.length - 1];
  const after = line ? line.after : 0;
  const numbers = Array.from(replies.keys()).filter((number) => number > after).sort((one, other) => one - other);
  const shown = line && line.state === "waiting" ? [] : numbers;
  const players = shown.map((number) => view.player(number)).filter(Boolean);
  return {
    key: [line ? line.id : "", ...shown].join(" "),
    replies: shown.map((number) => replies.get(number)),
    asked: shown.length ? newest(replies) : null,
    player: players[players.length - 1] || null,
  };
}

/** Offer to send a picture while one is asked for; true when one is. */
function offerPicture() {
  const said = newestOfAll(replies);
  const asked = Boolean(said) && said.asks === "picture";
  pictures.use((module) => module.offerPicture(asked));
  return asked;
}

/** What became of words that somebody passes on, see `share.js`. */
async function share(text) {
  return (await sharing.use((module) => module.share(text))) || "failed";
}

/** False when the log began anew under the same number: then what was shown before is gone. */
function take(number, reply) {
  const known = replies.get(number);
  const anew = known && known.text !== reply.text;
  if (anew) {
    replies.clear();
    heard = 0;
    outbox.prune(Infinity);
  }
  replies.set(number, reply);
  if (reply.masked) outbox.mask(reply.masked);
  return !anew;
}

function answered(list, numbers) {
  if (list.some((reply) => reply.erased)) outbox.forget();
  const all = list.map((reply, place) => take(numbers[place], reply));
  if (all.includes(false)) follow(true);
  if (numbers.length) setTimeout(() => heard < last() && follow(true), LATE_MS);
}

/** Listen to the conversation's events; `anew` drops a line that seems dead. */
function follow(anew) {
  const { token, log } = load();
  const now = [token, log].join(" ");
  if (now === followed && !anew) return;
  if (events) events.close();
  if (now !== followed) {
    replies.clear();
    heard = 0;
  }
  followed = now;
  if (!token || document.hidden) return;
  events = new EventSource(`/api/chat/${token}/events?after=${heard}`);
  events.onmessage = (event) => {
    const number = Number(event.lastEventId);
    if (!heard) outbox.prune(number - 1);
    if (!take(number, JSON.parse(event.data))) return follow(true);
    const more = number > heard;
    heard = number;
    show();
    if (more) voice.use((module) => module.heardVoice());
  };
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) refused(token);
  };
}

/** The server does not let us listen: to a conversation that is gone, which begins anew, or not now. */
async function refused(token) {
  clearTimeout(reopening);
  if (!(await isGone(token))) reopening = setTimeout(() => follow(true), LATE_MS);
  else if (load().token === token) outbox.beginAnew(token);
}

/** Send a file by its route; `says` what it is once it is `sent`, and what when it is `lost`. What went wrong, or nothing. */
async function sendFile(route, says, { id, blob }) {
  const after = last();
  const answer = await put(`/api/chat/${load().token}/${route}/${id}?lang=${document.documentElement.lang}`, blob);
  if (!answer) return says().lost;
  if (!answer.ok) return answer.body.error.message;
  outbox.keep({ id, text: says().sent, after, state: "sent" });
  answered(answer.body.replies, logNumbers(answer));
  show();
  return "";
}

/** What to say when nothing got through so many times in a row. */
function trouble(fails) {
  if (fails && !navigator.onLine) return word("offline");
  if (fails && !replies.size) return word("connecting"); // else the page is empty, and says nothing
  return fails > 2 ? word("unreachable") : "";
}

function tell(text) {
  if (net.textContent !== text) net.textContent = text;
}

addEventListener("offline", () => tell(word("offline")));
addEventListener("online", () => {
  tell("");
  follow(true);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden && events) events.close();
  if (!document.hidden) follow(true);
});

function send() {
  const text = box.value.trim();
  if (text) say({ text });
  if (text) write("");
  box.focus();
}

/** Have this in the box, as far as it is not sent yet. */
function write(text) {
  box.value = text;
  fit();
  keepDraft();
}

function keepDraft() {
  try {
    sessionStorage.setItem(DRAFT, box.value);
  } catch (error) {
    return; // forbidden: it holds for this page
  }
}

function draft() {
  try {
    return sessionStorage.getItem(DRAFT) || "";
  } catch (error) {
    return "";
  }
}

function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 4}px`;
}

document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
box.addEventListener("input", () => {
  fit();
  keepDraft();
});
box.addEventListener("keydown", (event) => {
  // Vietnamese input methods compose: their Enter takes a word, it does not send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});

/** Show letters of this size, and what a press makes of them. */
function resize(size) {
  const [sign, says] = sizing.children;
  const last = size === SIZES[SIZES.length - 1];
  document.documentElement.dataset.size = size;
  sign.textContent = last ? "A−" : "A+";
  says.dataset.say = last ? "smaller" : "larger";
  says.textContent = last ? word("smaller") : word("larger");
}

function nextSize() {
  return SIZES[(SIZES.indexOf(document.documentElement.dataset.size) + 1) % SIZES.length];
}

function keepSize(size) {
  try {
    localStorage.setItem("toso-size", size);
  } catch (error) {
    return; // forbidden: it holds for this page
  }
}

function keptSize() {
  try {
    return SIZES.find((size) => size === localStorage.getItem("toso-size"));
  } catch (error) {
    return undefined;
  }
}

sizing.addEventListener("click", () => {
  view.hold(() => resize(nextSize()));
  keepSize(document.documentElement.dataset.size);
});
if (document.getElementById("speak")) {
  document.getElementById("speak").addEventListener("click", () => speech.use((module) => module.stop())); // who speaks is not spoken to
}
document.getElementById("restart").addEventListener("click", () => {
  document.querySelector(".menu").open = false;
  say({ text: "/restart", quiet: true }); // which asks first
  box.focus();
});

/** Say what the address asks for, a guide or a language; hello on the first visit; else go on where we were. */
function begin({ guide, lang }) {
  const kept = load();
  const fresh = !kept.token && !kept.lines.length;
  const opening = guide && `/start ${guide.slice(0, 64)} ${lang}`;
  const spoken = kept.lang || "vi";
  keepLanguage(lang);
  if (fresh) outbox.restart(opening || hello());
  else if (guide) outbox.say({ text: opening, quiet: true }, 0);
  else if (lang !== spoken) outbox.say({ text: named(lang), quiet: true }, 0);
  else resume(kept.token);
}

/** What the address asks for, once: a reload goes on. Without a wish the page opens in the conversation's language. */
function wishes() {
  const address = new URL(location.href);
  const guide = address.searchParams.get("guide");
  if (address.searchParams.get("lang") !== document.documentElement.lang) speak(load().lang);
  for (const name of ["guide", "lang"]) address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(null, "", address);
  return { guide, lang: document.documentElement.lang };
}

/** Go on where we were; what was said before is not read out again. */
function resume(token) {
  live.setAttribute("aria-live", "off");
  setTimeout(() => live.setAttribute("aria-live", "polite"), QUIET_MS);
  if (outbox.next()) outbox.flush();
  else if (events) events.onopen = () => setTimeout(() => replies.size || outbox.restart(hello(), token), QUIET_MS);
}

resize(keptSize() || "normal");
for (const needed of document.querySelectorAll("footer, .menu, .skip")) needed.hidden = false; // without scripts they do nothing
write(box.value || draft());
const asked = wishes();
refresh();
begin(asked);
document.getElementById("unready").remove();
