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
export function post(path, body, token) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json", ...forged(token) }, body: JSON.stringify(body) });
}

/**
 * @param {string} path @param {File} file the whole body
 * @returns {Promise<any>} the answer; throws `Refused`
 */
export function upload(path, file) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/octet-stream", ...forged() }, body: file });
}

/** @param {string} path @returns {Promise<any>} the answer; throws `Refused` */
export function get(path) {
  return ask(path, {});
}

/** @param {string} [token] @returns {{"X-CSRF-Token": string}} what a forged request could not have */
function forged(token) {
  return { "X-CSRF-Token": token ?? document.querySelector('meta[name="csrf"]')?.getAttribute("content") ?? "" };
}

/** @param {string} path @param {RequestInit} request @returns {Promise<any>} */
async function ask(path, request) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, { ...request, headers: { Accept: "application/json", ...request.headers } });
  } catch {
    throw new Refused("offline", "");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(data.code ?? `http_${answer.status}`, data.message ?? "", data.field ?? "");
  return data;
}
