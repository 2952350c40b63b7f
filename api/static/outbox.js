// What the resident said, kept on their own device until the server has it. Every tab shares it.

import { hello } from "./words.js";

const KEY = "toso-chat";
const KEPT = 100;
const TIMEOUT_MS = 20000;
const FILE_TIMEOUT_MS = 60000;
const LONGEST_WAIT_MS = 30000;

let memory = null; // where the browser keeps nothing for us, the conversation lives as long as the page
const own = new Map(); // the lines of this tab, by id, with what became of them

/**
 * The conversation: its token, the name of its log, its language, and the resident's own lines ({id, text, choice, after, state, lang}).
 * Two tabs that write at the same time write over each other: what this one said or sent holds, whatever another had read before.
 */
export function load() {
  const kept = read();
  for (const [id, line] of own) {
    const there = kept.lines.find((other) => other.id === id);
    if (!there && line.state === "waiting") kept.lines.push(Object.assign({}, line));
    if (there && there.state === "waiting") Object.assign(there, { state: line.state, why: line.why });
  }
  return kept;
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept && Array.isArray(kept.lines)) return kept;
  } catch (error) {
    return memory || { token: "", lines: [] };
  }
  return memory || { token: "", lines: [] };
}

function change(edit) {
  const kept = load();
  edit(kept);
  while (kept.lines.length > KEPT && kept.lines[0].state !== "waiting") kept.lines.shift();
  memory = kept;
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch (error) {
    return; // full or forbidden: `memory` has it
  }
}

/** Write again what another tab wrote over. */
function writeAgain() {
  if (JSON.stringify(load()) !== JSON.stringify(read())) change(() => {});
}

/** A name for a message of this device. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keep the language the page speaks, to open in it next time. */
export function keepLanguage(lang) {
  if (load().lang !== lang) change((kept) => (kept.lang = lang));
}

export class Outbox {
  /** `onChange()` when a line changed; `onAnswer(replies, numbers)`; `onTrouble(fails)`: nothing got through so often. */
  constructor(onChange, onAnswer, onTrouble) {
    this.onChange = onChange;
    this.onAnswer = onAnswer;
    this.onTrouble = onTrouble;
    this.busy = false;
    this.fails = 0;
    this.timer = 0;
    addEventListener("online", () => this.flush());
    addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      writeAgain();
      this.onChange();
    });
  }

  /** Keep a line and send it. `line` is {text} or {text, choice}; `after` the log number it follows. */
  say(line, after) {
    this.keep(Object.assign({ id: newId(), after, state: "waiting" }, line));
    this.flush();
  }

  /** Keep a line as it is, {id, text, after, state}. */
  keep(line) {
    const said = Object.assign({ lang: document.documentElement.lang }, line);
    change((kept) => kept.lines.push(said));
    own.set(said.id, said);
    this.onChange();
  }

  /** Begin anew with `first`; in the conversation `token`, or in a new one without. */
  restart(first, token) {
    own.clear();
    change((kept) => {
      kept.token = token || "";
      kept.lines = [{ id: newId(), text: first, after: 0, state: "waiting", quiet: true }];
    });
    this.onChange();
    this.flush();
  }

  /** Forget what was sent before the log's number `before`: the replies to it are kept no longer. */
  prune(before) {
    change((kept) => {
      kept.lines = kept.lines.filter((line) => line.state === "waiting" || line.after >= before);
      if (before === Infinity) for (const line of kept.lines) line.after = 0;
    });
  }

  /** Forget all that was said, and every list that was ticked: the line that asked for it, too. The log begins anew, for every tab. */
  forget() {
    own.clear();
    change((kept) => {
      kept.log = newId();
      kept.lines = kept.lines.filter((line) => line.state === "waiting").slice(1);
      for (const line of kept.lines) line.after = 0;
    });
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith("toso-list ")) localStorage.removeItem(name);
    } catch (error) {
      // nothing is kept here
    }
    this.onChange();
  }

  /** Keep lines as the server does: `masked` says what those became that held a secret, by id. */
  mask(masked) {
    const differs = (line) => masked[line.id] !== undefined && masked[line.id] !== line.text;
    if (!load().lines.some(differs)) return;
    change((kept) => {
      for (const line of kept.lines.filter(differs)) line.text = masked[line.id];
    });
  }

  mark(id, changes) {
    change((kept) => {
      const line = kept.lines.find((other) => other.id === id);
      if (line) own.set(id, Object.assign({}, Object.assign(line, changes)));
    });
    this.onChange();
  }

  /** Send what waits, one line after the other. */
  async flush() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    let wait = 0;
    for (let line = this.next(); line && !wait; line = this.next()) wait = await this.deliver(line);
    this.busy = false;
    this.fails = wait ? this.fails + 1 : 0;
    this.onTrouble(this.fails);
    if (wait) this.timer = setTimeout(() => this.flush(), wait);
  }

  next() {
    return load().lines.find((line) => line.state === "waiting");
  }

  /** 0 when the line is dealt with, else the milliseconds to wait before the next attempt. */
  async deliver(line) {
    const token = load().token;
    const { id, text, choice } = line;
    const typed = line.quiet ? { id, text } : { id, text, after: line.after };
    const answer = await post(token ? `/api/chat/${token}` : "/api/chat", choice ? { id, choice } : typed);
    const body = answer && answer.status !== 429 && answer.status < 500 ? await answer.json().catch(() => null) : null;
    if (!body) return this.pause(id, answer);
    if (!token) {
      // Another tab may have begun meanwhile: one conversation is enough.
      change((kept) => (kept.token = kept.token || body.conversation));
      this.onChange();
    } else if (answer.ok) {
      this.onAnswer(body.replies, logNumbers(answer));
      this.mark(id, { state: "sent" });
    } else if (answer.status === 404) {
      this.begin(token);
    } else {
      this.mark(id, { state: "failed", why: body.error.message });
    }
    return 0;
  }

  /** The conversation is gone on the server: say hello again, then what waits. */
  begin(token) {
    change((kept) => {
      if (kept.token !== token) return;
      kept.token = "";
      kept.lines = kept.lines.filter((line) => line.state === "waiting").map((line) => Object.assign(line, { after: 0 }));
      if (!kept.lines.some((line) => line.quiet)) {
        kept.lines.unshift({ id: newId(), text: hello(), after: 0, state: "waiting", quiet: true });
      }
    });
    this.onChange();
  }

  /** The same, also where nothing waits. */
  beginAnew(token) {
    this.begin(token);
    this.flush();
  }

  pause(id, answer) {
    this.mark(id, { tried: true });
    const asked = answer ? Number(answer.headers.get("retry-after")) * 1000 : 0;
    return Math.max(asked || 0, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.fails));
  }
}

/** Whether the server does not know this conversation; false also while it cannot be asked. */
export async function isGone(token) {
  const stop = new AbortController();
  try {
    const answer = await fetch(`/api/chat/${token}/events`, { signal: stop.signal });
    return answer.status === 404 && (await answer.json()).error.code === "unknown_conversation";
  } catch (error) {
    return false;
  } finally {
    stop.abort();
  }
}

/** The numbers in the log of the replies that an answer holds. */
export function logNumbers(answer) {
  return (answer.headers.get("log-numbers") || "").split(" ").filter(Boolean).map(Number);
}

async function post(path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  const headers = { "content-type": "application/json" };
  try {
    return await fetch(`${path}?lang=${document.documentElement.lang}`, { method: "POST", headers, body: JSON.stringify(body), signal: stop.signal });
  } catch (error) {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** The server's answer to a file; null where none came. */
export async function put(path, blob) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), FILE_TIMEOUT_MS);
  try {
    const answer = await fetch(path, { method: "PUT", headers: { "content-type": blob.type }, body: blob, signal: stop.signal });
    return { ok: answer.ok, headers: answer.headers, body: await answer.json() };
  } catch (error) {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
