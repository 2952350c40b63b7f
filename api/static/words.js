// The page's own words, in the language of the conversation.

const page = document.documentElement;
const words = JSON.parse(document.getElementById("words").textContent);

/** The page's word `name`, in `lang` or in what the page speaks now. */
export function word(name, lang = page.lang) {
  return words[lang][name];
}

/** Speak `lang` from now on, if the page has words in it; true when that is a change. */
export function speak(lang) {
  if (lang === page.lang || !words[lang]) return false;
  page.lang = lang;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = word(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  for (const link of document.querySelectorAll("[hreflang]")) link.parentNode.hidden = link.hreflang === lang;
  return true;
}

/** A language by its own name: saying it in the conversation changes to it. */
export function named(lang) {
  return document.querySelector(`[hreflang=${lang}]`).textContent;
}

/** The first thing to say: a conversation begins in Vietnamese unless it begins with the name of a language. */
export function hello() {
  return page.lang === "vi" ? "/start" : named(page.lang);
}
