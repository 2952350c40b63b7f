// What this browser, or this tab of it, remembers about the desk; where that is forbidden it holds for the page.

const here = new Map();

/** Where it is remembered: "sessionStorage" is of this tab alone, and goes with it. */
const ALWAYS = "localStorage";

export function kept(name, where = ALWAYS) {
  try {
    return window[where].getItem(name);
  } catch (_) {
    return here.get(name) || null;
  }
}

export function keep(name, value, where = ALWAYS) {
  try {
    window[where].setItem(name, value);
  } catch (_) {
    here.set(name, value);
  }
}
