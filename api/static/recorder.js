// Records what is read aloud, lets it be listened to, and puts it into the form that keeps it.

const LONGEST_SECONDS = 60;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"]; // Chrome and Firefox, Safari, older Firefox
const SOUND = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const page = document.querySelector(".steps");
let busy = null; // the form that is recording

class Recorder {
  constructor(form) {
    this.form = form;
    this.button = form.querySelector(".take button");
    this.clock = form.querySelector("output");
    this.said = form.querySelector(".said");
    this.player = form.querySelector("audio");
    this.file = form.elements.recording;
    this.button.addEventListener("click", () => (this.recorder ? this.stop() : this.start()));
    this.file.addEventListener("change", () => this.show(this.file.files[0]));
    form.querySelector(".take").hidden = false;
  }

  async start() {
    if (busy) busy.stop();
    busy = this;
    for (const player of document.querySelectorAll("audio")) player.pause();
    this.said.textContent = "";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: SOUND });
      this.record(stream);
    } catch (error) {
      busy = null;
      this.said.textContent = error.name === "NotFoundError" ? page.dataset.none : page.dataset.refused;
    }
  }

  record(stream) {
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const parts = [];
    this.recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      this.end(new File(parts, "recording", { type: parts[0] ? parts[0].type : "" }));
    });
    this.recorder.start();
    this.begun = Date.now();
    this.form.classList.add("recording");
    this.button.textContent = page.dataset.stop;
    this.timer = setInterval(() => this.tick(), 200);
    this.tick();
  }

  tick() {
    const seconds = Math.floor((Date.now() - this.begun) / 1000);
    this.clock.textContent = `0:${String(seconds).padStart(2, "0")}`;
    if (seconds >= LONGEST_SECONDS) this.stop();
  }

  stop() {
    clearInterval(this.timer);
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
  }

  end(recording) {
    this.recorder = busy = null;
    this.form.classList.remove("recording");
    this.button.textContent = page.dataset.again;
    const files = new DataTransfer();
    files.items.add(recording);
    this.file.files = files.files;
    this.show(recording);
    this.player.focus();
  }

  show(recording) {
    if (this.player.src) URL.revokeObjectURL(this.player.src);
    this.player.hidden = this.form.querySelector(".keep").hidden = !recording;
    if (recording) this.player.src = URL.createObjectURL(recording);
  }
}

if (window.MediaRecorder && navigator.mediaDevices) {
  for (const form of document.querySelectorAll(".recorder")) new Recorder(form);
}
