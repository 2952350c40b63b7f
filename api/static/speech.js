// Reads the answer aloud: a recording where there is one, else the device's own voice.

import { word } from "./words.js";

const LONGEST = 140; // letters: Chrome falls silent after some 15 seconds
const RATE = 0.9;
const LOOK_MS = 500;
const BEGUN_MS = 6000;
const LINK = /https?:\/\/[^\s<>"]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:\/[^\s<>"]*)?/gi;
const UNSAID = /[«»“”"*_#|→☐–—]|\p{Extended_Pictographic}/gu;
const SENTENCES = /\S.*?(?:[.!?…;]+(?=\s|$)|$)/g;

const button = document.getElementById("listen");
const state = document.getElementById("speech-state");
const synthesis = window.speechSynthesis && window.SpeechSynthesisUtterance ? window.speechSynthesis : null;

let answer = { key: "", replies: [], asked: null, player: null };
let said = []; // Chrome forgets utterances that nobody holds, and never says that they ended
let clock = 0;

/** Make the button ready. Voices may come late, and a page that was left may still be speaking. */
export function prepareSpeech() {
  button.addEventListener("click", () => (reading() ? stop() : read()));
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  addEventListener("pagehide", stop);
  if (!synthesis) return;
  synthesis.cancel();
  synthesis.onvoiceschanged = show; // old Safari has no listeners here
}

/** What can be read: `replies` and the choices of `asked`, or the recording in `player`. Another `key` ends the reading. */
export function offerSpeech(now) {
  if (now.key !== answer.key) {
    stop();
    say("");
  }
  answer = now;
  show();
}

export function stop() {
  const { player } = answer;
  if (player) player.pause();
  if (said.length) synthesis.cancel();
  ended();
}

function reading() {
  return said.length > 0 || Boolean(answer.player && !answer.player.paused);
}

function ended() {
  clearInterval(clock);
  said = [];
  show();
}

function show() {
  const [name, says] = reading() ? ["listen_stop", word("listen_stop")] : ["listen_start", word("listen_start")];
  button.hidden = !answer.player && !voiced();
  button.dataset.say = name;
  if (button.textContent !== says) button.textContent = says;
}

function say(text) {
  state.textContent = text;
}

function read() {
  say("");
  if (answer.player) play(answer.player);
  else speak();
}

async function play(player) {
  player.onplay = player.onpause = player.onended = show;
  await player.play().catch((error) => {
    if (error.name === "AbortError") return; // pressed again
    if (voiced()) speak();
    else say(word("listen_failed"));
  });
}

/** All parts wait in the browser's queue: a missing event holds nothing up. */
function speak() {
  said = [...answer.replies.map(dialled), choices(answer.asked)].flatMap(utterances);
  const last = said[said.length - 1];
  let begun = false;
  for (const each of said) {
    each.onstart = () => (begun = true);
    each.onerror = (event) => said.includes(each) && failed(event.error);
    if (each === last) each.onend = () => said.includes(each) && ended();
    synthesis.speak(each);
  }
  const since = Date.now();
  clock = setInterval(() => {
    if (synthesis.speaking || (begun && synthesis.pending)) return;
    if (begun) ended();
    else if (Date.now() - since > BEGUN_MS) failed("silent");
  }, LOOK_MS);
  show();
}

function failed(why) {
  const stopped = why === "interrupted" || why === "canceled";
  if (!stopped) synthesis.cancel();
  ended();
  if (!stopped) say(word("listen_failed"));
}

function voiced() {
  return answer.replies.some((reply) => voiceOf(reply.lang));
}

/** The device's own voice for a language, else one from the network. Android writes `vi_VN`. */
function voiceOf(lang) {
  const voices = synthesis ? synthesis.getVoices() : [];
  const fitting = voices.filter((voice) => voice.lang.toLowerCase().split(/[-_]/)[0] === lang);
  return fitting.find((voice) => voice.localService) || fitting[0] || null;
}

function utterances({ text, lang }) {
  const voice = voiceOf(lang);
  if (!voice) return [];
  return spoken(text, lang).map((part) => {
    const each = new SpeechSynthesisUtterance(part);
    each.voice = voice;
    each.lang = voice.lang; // Android takes its own language where the two differ
    each.rate = RATE;
    return each;
  });
}

/** A text as it is said, in short parts. */
function spoken(text, lang) {
  const plain = text.replace(LINK, (link) => address(link, lang)).replace(UNSAID, " ").replace(/ +/g, " ");
  return plain.split("\n").flatMap(parts).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

/** A reply with its telephone numbers digit by digit. */
function dialled({ text, calls, lang }) {
  let said = "";
  let at = 0;
  for (const call of calls || []) {
    said += text.slice(at, call.at) + text.slice(call.at, call.at + call.long).replace(/\D/g, "").split("").join(" ");
    at = call.at + call.long;
  }
  return { text: said + text.slice(at), lang };
}

/** The open choices, by the numbers they are chosen with. */
function choices(asked) {
  if (!asked) return { text: "", lang: "" };
  const named = ({ digit, label }) => (digit ? `${word("listen_press", asked.lang)} ${digit}: ${label}` : label);
  return { text: asked.choices.map(named).join("\n"), lang: asked.lang };
}

function address(link, lang) {
  const host = link.replace(/^https?:\/\//i, "").split(/[/?#]/)[0];
  return host.split(".").join(` ${word("listen_dot", lang)} `);
}

/** A line in its sentences; a long one in parts of it. */
function parts(line) {
  const found = [];
  for (const sentence of line.match(SENTENCES) || []) {
    let rest = sentence.trim();
    while (rest.length > LONGEST) {
      const near = rest.slice(0, LONGEST);
      const cut = near.lastIndexOf(", ") + 1 || near.lastIndexOf(" ") + 1 || LONGEST;
      found.push(rest.slice(0, cut).trim());
      rest = rest.slice(cut).trim();
    }
    if (rest) found.push(rest);
  }
  return found;
}
