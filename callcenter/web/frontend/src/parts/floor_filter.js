// @ts-check
// Shows the agents of a team, a queue, a skill or a name; remembered for this tab.

const KEY = "floor-filter";

export class Filter {
  constructor() {
    this.form = /** @type {HTMLFormElement} */ (document.getElementById("filters"));
    this.told = document.getElementById("filtered");
  }

  /** Filter as one types. */
  listen() {
    this.restore();
    this.form.addEventListener("input", () => { this.keep(); this.apply(); });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.apply();
  }

  /** @returns {{text: string, team: string, queue: string, skill: string}} */
  wanted() {
    const values = new FormData(this.form);
    const of = (/** @type {string} */ name) => String(values.get(name) ?? "");
    return { text: of("text").trim().toLowerCase(), team: of("team"), queue: of("queue"), skill: of("skill") };
  }

  /** @returns {boolean} */
  get active() {
    return Object.values(this.wanted()).some(Boolean);
  }

  /** Hold every tile against the filter. */
  apply() {
    const wanted = this.wanted();
    const active = Object.values(wanted).some(Boolean);
    let shown = 0;
    for (const tile of document.querySelectorAll("#groups .tile")) {
      const fits = !active || matches(/** @type {HTMLElement} */ (tile), wanted);
      tile.toggleAttribute("hidden", !fits);
      if (fits) shown += 1;
    }
    if (this.told) this.told.textContent = active ? (this.told.dataset.text ?? "{count}").replace("{count}", String(shown)) : "";
  }

  /** After a patch: tiles that came or changed. @param {{lists?: Record<string, unknown>}} patch */
  refresh(patch) {
    if (this.active && Object.keys(patch.lists ?? {}).some((name) => name.startsWith("agents-"))) this.apply();
  }

  keep() {
    sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(new FormData(this.form))));
  }

  restore() {
    try {
      for (const [name, value] of Object.entries(JSON.parse(sessionStorage.getItem(KEY) ?? "{}"))) {
        const field = this.form.elements.namedItem(name);
        if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = String(value);
        if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.selectedIndex = 0;
      }
    } catch {
      sessionStorage.removeItem(KEY);
    }
  }
}

/** @param {HTMLElement} tile @param {{text: string, team: string, queue: string, skill: string}} wanted @returns {boolean} */
function matches(tile, wanted) {
  const has = (/** @type {string | undefined} */ list, /** @type {string} */ one) => !one || (list ?? "").split(" ").includes(one);
  return (
    (!wanted.team || tile.dataset.team === wanted.team) &&
    has(tile.dataset.queues, wanted.queue) &&
    has(tile.dataset.skills, wanted.skill) &&
    (tile.dataset.find ?? "").includes(wanted.text)
  );
}
