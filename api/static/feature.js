// What the page can do beside the talk: each part fails alone, the console says so, and the talk goes on.

/** Do something that the talk does not need; nothing where it fails. */
export function attempt(act) {
  try {
    return act();
  } catch (error) {
    console.error(error);
    return undefined;
  }
}

/** A module of the page. `loading` brings it, or is nothing where the page has no place for it; `prepare(module)` makes it ready. */
export class Feature {
  constructor(loading, prepare) {
    this.module = null;
    if (!loading) return;
    loading.then((module) => {
      this.module = module;
      prepare(module);
    }).catch((error) => {
      this.module = null;
      console.error(error);
    });
  }

  /** What `act(module)` gives; nothing where the module is not there, or fails. */
  use(act) {
    return this.module ? attempt(() => act(this.module)) : undefined;
  }
}
