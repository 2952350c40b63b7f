// Shows the conversation: the replies of the log and the resident's own lines, in the order they were said.

import { attempt } from "./feature.js";
import { word } from "./words.js";

const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/;
const BELOW = ["9", "0"]; // back and menu: quieter, in a row of their own

export class View {
  /** `onPress(choice)` when one is chosen; `share(text)` passes words on, and says what became of it. */
  constructor(onPress, share) {
    this.onPress = onPress;
    this.share = share;
    this.log = document.getElementById("log");
    this.choices = document.getElementById("choices");
    this.label = document.getElementById("box");
    this.nodes = new Map();
    this.offered = "";
    this.newest = null; // where the last answer begins
    this.turn = ""; // the line it answers, while that one waits
  }

  /** `replies` by log number, `lines` as the outbox keeps them. */
  render(replies, lines) {
    const said = lines.filter((line) => !line.quiet);
    const items = merged(replies, said);
    const active = document.activeElement;
    const held = Boolean(active.closest("#choices, #picture, .bubble"));
    const fresh = [];
    items.forEach((item, place) => {
      let node = this.nodes.get(item.key);
      if (!node) {
        node = item.reply ? this.reply(item.reply) : this.line(item.line);
        this.nodes.set(item.key, node);
        fresh.push({ ...item, node });
      }
      if (item.line) this.note(node, item.line);
      if (this.log.children[place] !== node) this.log.insertBefore(node, this.log.children[place] || null);
    });
    this.drop(items);
    const waiting = lines.find((line) => line.state === "waiting");
    const asked = waiting ? null : newest(replies);
    const offered = this.offer(asked && asked.choices.length ? asked.choices : null);
    if (!waiting && replies.size) this.name();
    if (fresh.length) this.meet(fresh, waiting || said[said.length - 1], held);
    if (fresh.length || offered) this.lead();
  }

  /** The player of what was read aloud for a reply of the log; null where nobody did. */
  player(number) {
    const node = this.nodes.get(`r${number}`);
    return node ? node.querySelector("audio") : null;
  }

  drop(items) {
    const keys = new Set(items.map((item) => item.key));
    for (const [key, node] of this.nodes) {
      if (keys.has(key)) continue;
      node.remove();
      this.nodes.delete(key);
    }
  }

  reply(reply) {
    const person = reply.from !== "bot";
    const node = bubble(person ? "bubble person" : "bubble", reply.lang);
    node.append(make("span", person ? "from" : "unseen", person ? reply.from : word("bot_said", reply.lang)));
    node.append(...lines(reply).map((parts) => linked(parts)));
    if (reply.picture) attempt(() => node.append(drawn(reply)));
    if (reply.audio) attempt(() => node.append(spoken(reply)));
    if (reply.page) attempt(() => node.append(...passedOn(reply, this.share)));
    return node;
  }

  line(line) {
    const node = bubble("bubble mine", line.lang);
    node.append(make("span", "unseen", word("you_said", line.lang)), make("p", "words"), make("p", "state"));
    return node;
  }

  note(node, line) {
    const words = node.querySelector(".words");
    if (words.textContent !== line.text) words.textContent = line.text; // a secret in it was masked meanwhile
    const said = { sent: "", waiting: word(line.tried ? "retrying" : "sending"), failed: line.why }[line.state];
    const state = node.querySelector(".state");
    if (state.textContent !== said) state.textContent = said;
    node.classList.toggle("waiting", line.state === "waiting");
    node.classList.toggle("failed", line.state === "failed");
  }

  /** Show the choices `asked`, or none; true when they were not there before. */
  offer(asked) {
    const offered = asked ? JSON.stringify(asked) : "";
    if (offered === this.offered) return false;
    this.offered = offered;
    this.choices.textContent = "";
    this.choices.hidden = !asked;
    if (!asked) return false;
    const below = make("div", "below");
    for (const choice of asked) {
      const button = make("button", "");
      button.type = "button";
      if (choice.digit) button.append(make("b", "", choice.digit));
      button.append(make("span", "", choice.label));
      button.addEventListener("click", () => this.onPress(choice));
      (BELOW.includes(choice.digit) ? below : this.choices).append(button);
    }
    if (below.children.length) this.choices.append(below);
    return true;
  }

  /** Say above the box what it is for. */
  name() {
    const [name, said] = this.choices.hidden ? ["write", word("write")] : ["box", word("box")];
    this.label.dataset.say = name;
    if (this.label.textContent !== said) this.label.textContent = said;
  }

  /** Remember where the answer to the `last` line begins; whoever was reading or choosing goes on there. */
  meet(fresh, last, held) {
    const after = !last ? -1 : last.quiet ? Infinity : last.after; // what is not shown stands nowhere
    const answer = fresh.find((item) => item.reply && item.at > after);
    const turn = last && last.state === "waiting" ? last.id : "";
    if (answer && turn && turn === this.turn) return; // a further part of the same answer
    this.newest = (answer || fresh[fresh.length - 1]).node;
    this.turn = answer ? turn : "";
    if (!held) return;
    this.newest.tabIndex = -1;
    this.newest.focus({ preventScroll: true });
  }

  /** Who sees the last answer still sees it begin. */
  hold(change) {
    const seen = this.newest && this.newest.getBoundingClientRect().top < innerHeight;
    change();
    if (seen) this.lead();
  }

  /** Bring what is new into sight from its beginning. */
  lead() {
    const top = this.newest.getBoundingClientRect().top + scrollY;
    const end = document.documentElement.scrollHeight - innerHeight;
    scrollTo(0, Math.min(end, top - 8));
  }
}

function merged(replies, lines) {
  const items = Array.from(replies, ([number, reply]) => ({ key: `r${number}`, at: number, own: 0, reply }));
  lines.forEach((line, place) => items.push({ key: `l${line.id}`, at: line.after, own: 1 + place, line }));
  return items.sort((one, other) => one.at - other.at || one.own - other.own);
}

/** The bot's newest reply: its choices are open, and its language is the conversation's. */
export function newest(replies) {
  return fromNewest(replies).find((reply) => reply.from === "bot") || null;
}

/** The newest reply, whoever speaks: it says what is waited for. */
export function newestOfAll(replies) {
  return fromNewest(replies)[0] || null;
}

function fromNewest(replies) {
  return Array.from(replies).sort((one, other) => other[0] - one[0]).map(([, reply]) => reply);
}

/** What a device or a log kept since before language was noted has no `lang`. */
function bubble(name, lang) {
  const node = make("li", name);
  if (lang) node.lang = lang;
  return node;
}

/** A picture keeps its room while it is fetched, so that nothing jumps. */
function drawn(reply) {
  const image = new Image(1080, 900);
  image.alt = reply.alt;
  image.decoding = "async";
  image.loading = "lazy";
  image.src = reply.picture;
  return image;
}

/** What was read aloud; devices that do not play Ogg get AAC. Only one is heard at a time. */
function spoken(reply) {
  const player = make("audio", "");
  player.controls = true;
  player.preload = "none";
  player.setAttribute("aria-label", word("listen", reply.lang));
  const ogg = player.canPlayType("audio/ogg; codecs=opus");
  player.src = ogg ? reply.audio : reply.audio.replace(/ogg$/, "aac");
  player.addEventListener("play", () => {
    for (const other of document.querySelectorAll("audio")) if (other !== player) other.pause();
  });
  return player;
}

/** A button that passes a reply on, with the page that says the same; what became of it stands below. */
function passedOn(reply, share) {
  const button = make("button", "key", word("share", reply.lang));
  const state = make("p", "state", "");
  const address = new URL(reply.page, location.origin).href;
  button.type = "button";
  state.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const became = await share(reply.text.includes(reply.page) ? reply.text : `${reply.text}\n${address}`);
    if (became === "copied") state.textContent = word("share_copied", reply.lang);
    else state.textContent = became === "failed" ? word("share_failed", reply.lang) : "";
  });
  return [button, state];
}

/** The lines of a reply, each as its parts: words, or telephone numbers with what is dialled for them. */
function lines(reply) {
  const found = [[]];
  let at = 0;
  const say = (words) => words.split("\n").forEach((part, place) => {
    if (place) found.push([]);
    if (part) found[found.length - 1].push({ text: part });
  });
  for (const call of reply.calls || []) {
    say(reply.text.slice(at, call.at));
    at = call.at + call.long;
    found[found.length - 1].push({ text: reply.text.slice(call.at, at), dial: call.dial });
  }
  say(reply.text.slice(at));
  return found.filter((parts) => parts.some((part) => part.text.trim()));
}

function linked(parts) {
  const node = make("p", "");
  for (const { text, dial } of parts) node.append(...(dial ? [called(text, dial)] : addressed(text)));
  return node;
}

function called(text, dial) {
  const link = make("a", "tel", text);
  link.href = `tel:${dial}`;
  return link;
}

function addressed(text) {
  return text.split(LINK).map((part, place) => {
    if (place % 2 === 0) return part;
    const link = make("a", "", part);
    link.href = part;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  });
}

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text) node.textContent = text;
  return node;
}
