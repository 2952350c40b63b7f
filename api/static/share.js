// Hands words to somebody else: in the device's own way, else through the clipboard.

/** What became of it: "shared", "left" (they thought better of it), "copied" or "failed". */
export async function share(text) {
  try {
    if (!navigator.share) throw new Error("no way of its own");
    await navigator.share({ text });
    return "shared";
  } catch (error) {
    if (error.name === "AbortError") return "left";
  }
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    return "failed"; // not allowed, or the page did not come over https
  }
}
