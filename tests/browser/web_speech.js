// A device's speech synthesis, as browsers have it: voices that come late, Android's names of languages, long
// utterances that fall silent, and events for what is cancelled. `spoken` holds what was heard: [language, words].
// `speechDevice` is {voices: [{lang, localService}], fails: a code of SpeechSynthesisErrorEvent, or nothing}.
(() => {
  const LATE_MS = 200, LETTER_MS = 8, SILENT_AFTER = 200; // letters: some 15 seconds at the speed people listen at
  const device = Object.assign({ voices: [], fails: "" }, window.speechDevice);
  const queue = [];
  let known = [], current = null, timer = 0;
  window.spoken = [];

  class Utterance {
    constructor(text) {
      Object.assign(this, { text, lang: "", voice: null, rate: 1, onstart: null, onend: null, onerror: null });
    }
  }
  const tell = (utterance, name, detail) => {
    const heard = utterance[name];
    if (heard) heard.call(utterance, Object.assign(new Event(name.slice(2)), detail));
  };
  const next = () => {
    current = queue.shift() || null;
    if (!current) return;
    const at = current;
    if (device.fails) {
      current = null;
      return tell(at, "onerror", { error: device.fails });
    }
    // A voice of another language than the utterance's is not taken: the device's default speaks.
    const fits = at.voice && at.voice.lang === at.lang;
    window.spoken.push([fits ? at.lang : "default", at.text]);
    tell(at, "onstart", {});
    if (at.text.length > SILENT_AFTER) return; // it never ends
    timer = setTimeout(() => {
      current = null;
      tell(at, "onend", {});
      next();
    }, at.text.length * LETTER_MS);
  };
  const synthesis = Object.assign(new EventTarget(), {
    getVoices: () => known,
    speak(utterance) {
      queue.push(utterance);
      if (!current) setTimeout(() => !current && next(), 0);
    },
    cancel() {
      clearTimeout(timer);
      const gone = queue.splice(0);
      const cut = current;
      current = null;
      setTimeout(() => {
        if (cut) tell(cut, "onerror", { error: "interrupted" });
        for (const each of gone) tell(each, "onerror", { error: "canceled" });
      }, 0);
    },
  });
  Object.defineProperty(synthesis, "speaking", { get: () => Boolean(current) });
  Object.defineProperty(synthesis, "pending", { get: () => queue.length > 0 });
  Object.defineProperty(window, "speechSynthesis", { value: synthesis, configurable: true });
  window.SpeechSynthesisUtterance = Utterance;
  setTimeout(() => {
    known = device.voices;
    const changed = new Event("voiceschanged");
    synthesis.dispatchEvent(changed);
    if (synthesis.onvoiceschanged) synthesis.onvoiceschanged(changed);
  }, LATE_MS);
})();
