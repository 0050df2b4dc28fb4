// @ts-check
// ICE candidates: answer as soon as a usable one is there, and keep only loopback ones where a test asks for it.

const HOST_WAIT_MS = 60;

/**
 * Make a JsSIP session quick to answer.
 * @param {any} session @param {boolean} loopbackOnly
 */
export function quickCandidates(session, loopbackOnly) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  session.on("icecandidate", (/** @type {any} */ event) => {
    const line = event.candidate.candidate;
    if (loopbackOnly ? line.includes(" 127.0.0.1 ") : / typ (host|srflx)/.test(line)) {
      timer ??= setTimeout(event.ready, loopbackOnly ? 0 : HOST_WAIT_MS);
    }
  });
  if (loopbackOnly) {
    session.on("sdp", (/** @type {any} */ event) => {
      if (event.originator === "local") event.sdp = onlyLoopback(event.sdp);
    });
  }
}

/** @param {string} sdp @returns {string} */
export function onlyLoopback(sdp) {
  return sdp
    .split("\r\n")
    .filter((line) => !line.startsWith("a=candidate:") || line.includes(" 127.0.0.1 "))
    .join("\r\n");
}
