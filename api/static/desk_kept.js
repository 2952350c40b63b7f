// What this browser remembers about the desk; where that is forbidden it holds for the page.

const here = new Map();

export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch (_) {
    return here.get(name) || null;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (_) {
    here.set(name, value);
  }
}
