// A short sound when something new comes: off until somebody switches it on in this browser.

import { kept, keep } from "./desk_kept.js";

const NAME = "toso-desk-sound";
let context = null;

export function isOn() {
  return kept(NAME) === "on";
}

export function turn(on) {
  keep(NAME, on ? "on" : "off");
  ring();
}

export function ring() {
  if (!isOn()) return;
  context = context || new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  const now = context.currentTime;
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.2, now);
  volume.gain.exponentialRampToValueAtTime(0.001, now + 0.6);
  tone.connect(volume).connect(context.destination);
  tone.start(now);
  tone.stop(now + 0.6);
}
