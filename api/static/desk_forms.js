// Sends the forms of a request without leaving its page, so that nothing that was typed is lost.

import { forget } from "./desk_typed.js";

/** `code` is the request; `show(page)` shows what the answer says about it. */
export function forms(code, show) {
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.act) return;
    event.preventDefault();
    if (!event.target.dataset.sending) send(event.target, event.submitter, code, show);
  });
  document.addEventListener("click", (event) => {
    const ready = event.target.closest("#canned a");
    if (!ready) return;
    event.preventDefault();
    insert(ready.dataset.text);
    ready.closest("details").open = false;
  });
}

async function send(form, button, code, show) {
  form.dataset.sending = "yes";
  const address = button && button.hasAttribute("formaction") ? button.formAction : form.action;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(address, { method: "POST", body, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) taken(form, code, page);
    if (answer.ok && !page.getElementById("acts")) return (location.href = answer.url); // it is not ours any more
    const why = page.getElementById("refused") || (answer.ok ? null : page.querySelector("main p"));
    tell(why || page.getElementById("done"), Boolean(why));
    if (page.getElementById("acts")) show(page);
    if (answer.ok && form.dataset.act !== "note") focusReply();
  } catch (_) {
    tell(document.getElementById("not-sent"), true);
  } finally {
    delete form.dataset.sending;
  }
}

/** It was done: the next one is another one, and begins empty. */
function taken(form, code, page) {
  const id = page.querySelector("#acts input[name=id]");
  for (const field of document.querySelectorAll("#acts input[name=id]")) if (id) field.value = id.value;
  for (const box of form.querySelectorAll("textarea")) {
    box.value = "";
    forget(code, box);
  }
  const folded = form.closest("details");
  if (folded) folded.open = false;
}

/** Say what came of it; a screen reader hears it. */
function tell(words, wrong) {
  const said = document.getElementById("said");
  for (const old of document.querySelectorAll("#done, #refused")) old.remove();
  said.className = wrong ? "note problem" : "note done";
  said.textContent = words ? words.textContent.trim() : "";
  if (wrong) said.scrollIntoView({ block: "nearest" });
}

function focusReply() {
  const box = document.getElementById("text");
  if (box) box.focus();
}

function insert(text) {
  const box = document.getElementById("text");
  box.value = box.value.trim() ? `${box.value.trimEnd()}\n${text}` : text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}
