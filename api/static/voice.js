// Spoken words: recorded here, heard by the server, and said back before they count.

import { word } from "./words.js";

const LONGEST_SECONDS = 60;
const BITS_A_SECOND = 24000;
const HEARD_MS = 60000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

const speak = document.getElementById("speak");
const section = document.getElementById("voice");
const state = document.getElementById("voice-state");

let recorder = null;
let seconds = 0;
let clock = 0;
let wanted = false; // whether what is being recorded shall be sent

/** `onSend({id, blob})` sends a recording: what to say where that failed, or nothing. `newId()` names it. */
export function prepareVoice(newId, onSend) {
  if (!navigator.mediaDevices || !window.MediaRecorder) return;
  speak.hidden = false;
  speak.addEventListener("click", () => (recorder ? end(true) : begin(newId, onSend)));
  document.getElementById("voice-send").addEventListener("click", () => end(true));
  document.getElementById("voice-drop").addEventListener("click", () => end(false));
}

/** A reply came: what was said was heard, or not. */
export function heardVoice() {
  if (!recorder && state.textContent === word("voice_hearing")) say("");
}

async function begin(newId, onSend) {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  if (!microphone) return say(word("voice_denied"));
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const parts = [];
  recorder = new MediaRecorder(microphone, { mimeType, audioBitsPerSecond: BITS_A_SECOND });
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = async () => {
    for (const track of microphone.getTracks()) track.stop();
    const type = recorder.mimeType.split(";")[0];
    recorder = null;
    show();
    if (wanted) await send({ id: newId(), blob: new Blob(parts, { type }) }, onSend);
    else say("");
  };
  recorder.start();
  seconds = 0;
  clock = setInterval(tick, 1000);
  show();
  say(word("voice_recording"));
  document.getElementById("voice-send").focus({ preventScroll: true });
}

function end(send) {
  if (!recorder || recorder.state === "inactive") return;
  wanted = send;
  clearInterval(clock);
  recorder.stop();
}

function tick() {
  seconds += 1;
  document.getElementById("voice-time").textContent = `0:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds >= LONGEST_SECONDS) end(true);
}

async function send(recording, onSend) {
  say(word("voice_sending"));
  const wrong = await onSend(recording);
  say(wrong || word("voice_hearing"));
  if (!wrong) setTimeout(heardVoice, HEARD_MS);
  speak.focus({ preventScroll: true });
}

/** What can be done with a recording is there while it is being made. */
function show() {
  section.hidden = !recorder;
  document.getElementById("composer").hidden = Boolean(recorder);
  document.getElementById("voice-time").textContent = "0:00";
}

function say(text) {
  state.textContent = text;
}
