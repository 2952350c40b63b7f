// Marks on a picture where to tap and what to cover. The number fields hold the marks; drawing on the picture fills them.

const INK = { tap: "#d00000", area: "#5a6470" };
const SMALL = 8; // pixels: a finger that moved less than that only touched
const TOUCHED = { tap: [36, 70], area: [46, 60] }; // width in hundredths, height in thousandths of the width

const canvas = document.getElementById("canvas");
const pen = canvas.getContext("2d");
const file = document.getElementById("file");
const draft = document.getElementById("draft");
const marked = document.getElementById("marked");
const numbers = document.getElementById("numbers");
const preview = document.getElementById("preview");

let image = null;
let begun = null; // where a finger came down, in pixels of the canvas
let box = null; // what it draws: left, top, width, height, in hundredths

file.addEventListener("change", async () => {
  const chosen = file.files[0];
  if (!chosen) return;
  const opened = await open(addressOf(chosen)).catch(() => null);
  document.getElementById("unreadable").hidden = Boolean(opened);
  for (const set of sets()) fill(set, null);
  show(opened);
});
document.getElementById("undo").addEventListener("click", () => {
  const full = sets("area").filter((set) => values(set));
  const last = full.pop() || sets("tap")[0];
  fill(last, null);
  outdated();
  draw();
});
numbers.addEventListener("input", draw);
file.form.addEventListener("input", outdated);
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  begun = at(event);
});
canvas.addEventListener("pointermove", (event) => {
  if (!begun) return;
  box = between(begun, at(event));
  draw();
});
canvas.addEventListener("pointerup", (event) => {
  if (begun) mark(begun, at(event));
  begun = box = null;
  outdated();
  draw();
});
canvas.addEventListener("pointercancel", () => {
  begun = box = null;
  draw();
});
if (draft) draft.decode().then(() => show(draft), () => {});

function addressOf(chosen) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(chosen);
  });
}

async function open(address) {
  const opened = new Image();
  opened.src = await address;
  await opened.decode();
  return opened;
}

function show(opened) {
  image = opened;
  document.getElementById("marker").hidden = !opened;
  if (draft) draft.hidden = Boolean(opened);
  if (!opened) return;
  canvas.width = 956;
  canvas.height = Math.round((956 * opened.naturalHeight) / opened.naturalWidth);
  draw();
}

/** The groups of four fields, of one kind or all. */
function sets(kind) {
  return [...numbers.querySelectorAll("fieldset")].filter((set) => !kind || set.dataset.name === kind);
}

function values(set) {
  const typed = [...set.querySelectorAll("input")].map((input) => input.value);
  return typed.every(Boolean) ? typed.map(Number) : null;
}

function fill(set, numbersOfIt) {
  set.querySelectorAll("input").forEach((input, place) => {
    input.value = numbersOfIt ? numbersOfIt[place].toFixed(2) : "";
  });
}

function mode() {
  return document.querySelector("[name=mode]:checked").value;
}

function at(event) {
  const room = canvas.getBoundingClientRect();
  const [x, y] = [(event.clientX - room.left) / room.width, (event.clientY - room.top) / room.height];
  return [Math.min(1, Math.max(0, x)) * 100, Math.min(1, Math.max(0, y)) * 100];
}

function between([x1, y1], [x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x1 - x2), Math.abs(y1 - y2)];
}

/** What was drawn becomes a mark; where a finger only touched, one of the usual size. */
function mark(from, to) {
  const drawn = between(from, to);
  const room = canvas.getBoundingClientRect();
  const touched = Math.hypot((drawn[2] * room.width) / 100, (drawn[3] * room.height) / 100) < SMALL;
  const kind = mode();
  fill(kind === "tap" ? sets("tap")[0] : emptySet(), touched ? around(to, TOUCHED[kind]) : drawn);
}

function around([x, y], [width, height]) {
  const tall = (height / 10) * (canvas.width / canvas.height);
  const [left, top] = [Math.max(0, x - width / 2), Math.max(0, y - tall / 2)];
  return [left, top, Math.min(width, 100 - left), Math.min(tall, 100 - top)];
}

/** The first four fields for an area that hold nothing; made where all are full. */
function emptySet() {
  const areas = sets("area");
  const empty = areas.find((set) => !values(set));
  if (empty) return empty;
  const more = areas[0].cloneNode(true);
  more.querySelector("legend").textContent = areas[0].querySelector("legend").textContent.replace(/\d+/, areas.length + 1);
  areas[areas.length - 1].after(more);
  return more;
}

function draw() {
  if (!image) return;
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const areas = sets("area").map(values).filter(Boolean);
  const tap = values(sets("tap")[0]);
  if (box && mode() === "area") areas.push(box);
  areas.forEach(cover);
  const tapped = box && mode() === "tap" ? box : tap;
  if (tapped) ring(tapped);
  const said = [tap ? marked.dataset.tap : "", areas.length ? marked.dataset.areas.replace("0", areas.length) : ""];
  marked.textContent = said.filter(Boolean).join(" ") || marked.dataset.none;
}

/** What is looked at is what would be published: once something is changed, it has to be looked at again. */
function outdated() {
  if (preview) preview.hidden = true;
}

function inPixels([left, top, width, height]) {
  const [across, down] = [canvas.width / 100, canvas.height / 100];
  return [left * across, top * down, width * across, height * down];
}

function cover(area) {
  pen.fillStyle = INK.area;
  pen.fillRect(...inPixels(area));
}

function ring(tap) {
  const [left, top, width, height] = inPixels(tap);
  for (const [colour, wide] of [["#fff", 24], [INK.tap, 16]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = wide;
    pen.beginPath();
    pen.roundRect(left - 10, top - 10, width + 20, height + 20, 36);
    pen.stroke();
  }
}
