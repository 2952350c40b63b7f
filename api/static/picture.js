// A picture for whoever helps: chosen, made small, looked at once more, and sent only then.

import { word } from "./words.js";

const SHAPES = [[1600, 0.82], [1600, 0.6], [1280, 0.6], [1000, 0.5]]; // longest side in pixels, quality
const LARGEST = 500000; // bytes; what is larger is tried in the next shape

const section = document.getElementById("picture");
const choose = document.getElementById("picture-choose");
const file = document.getElementById("picture-file");
const preview = document.getElementById("picture-preview");
const canvas = document.getElementById("picture-canvas");
const send = document.getElementById("picture-send");
const state = document.getElementById("picture-state");

let picture = null; // what is looked at: {id, blob}

/** `onSend({id, blob})` sends it: what to say where that failed, or nothing. `newId()` names a picture. */
export function preparePictures(newId, onSend) {
  choose.addEventListener("click", () => file.click());
  document.getElementById("picture-drop").addEventListener("click", () => show(null));
  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    file.value = ""; // so that the same one can be chosen again
    if (!chosen) return;
    const blob = await made(chosen).catch(() => null);
    show(blob && { id: newId(), blob }, blob ? "" : word("picture_unreadable"));
  });
  send.addEventListener("click", async () => {
    const sent = picture;
    if (!sent || send.disabled) return;
    send.disabled = true;
    state.textContent = word("picture_sending");
    const wrong = await onSend(sent);
    send.disabled = false;
    if (picture === sent) show(wrong ? sent : null, wrong);
  });
}

/** Offer to send a picture while one is `asked` for. */
export function offerPicture(asked) {
  if (section.hidden === !asked) return;
  section.hidden = !asked;
  show(null);
}

function show(looked, said) {
  const held = section.contains(document.activeElement);
  picture = looked;
  preview.hidden = !looked;
  choose.hidden = Boolean(looked);
  state.textContent = said || "";
  if (held && !section.hidden) (looked ? send : choose).focus({ preventScroll: true });
  if (looked || said) scrollTo(0, document.documentElement.scrollHeight);
}

/** The file as a JPEG that is small enough, drawn on the canvas: nothing of where it was taken is left. */
async function made(chosen) {
  const image = new Image();
  image.src = await read(chosen);
  await image.decode();
  for (const [side, quality] of SHAPES) {
    draw(image, Math.min(1, side / Math.max(image.width, image.height)));
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= LARGEST) return blob;
  }
  return null;
}

function read(chosen) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(chosen);
  });
}

function draw(image, scale) {
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // what is see-through would be black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
}
