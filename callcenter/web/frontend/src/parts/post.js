// @ts-check
// Commands to our server, with the token against forged requests.

/** A refusal or a failure, with a sentence for the person. */
export class Refused extends Error {
  /** @param {string} code @param {string} message @param {string} [field] of a form, when it is about one */
  constructor(code, message, field = "") {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/**
 * @param {string} path @param {object} body @param {string} [token]
 * @returns {Promise<any>} the answer; throws `Refused`
 */
export async function post(path, body, token) {
  const csrf = token ?? document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "";
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused("offline", "");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(data.code ?? `http_${answer.status}`, data.message ?? "", data.field ?? "");
  return data;
}

/**
 * @param {string} path
 * @returns {Promise<any>} the answer; throws `Refused`
 */
export async function get(path) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, { headers: { Accept: "application/json" } });
  } catch {
    throw new Refused("offline", "");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(data.code ?? `http_${answer.status}`, data.message ?? "");
  return data;
}
