// @ts-check
// The session is over while somebody works here: what they typed stays, they sign in in a new window and go on.

const EVERY_MS = 2_000;

/** @type {ReturnType<typeof setInterval> | undefined} */
let watch;

/** @param {() => void} back called once the same person is signed in again */
export function listenForSession(back) {
  document.addEventListener("desk:signed-out", () => signedOut(back));
}

/** Tell the page that the server knows us no more. */
export function sessionOver() {
  document.dispatchEvent(new CustomEvent("desk:signed-out"));
}

/** @param {() => void} back */
function signedOut(back) {
  if (watch !== undefined) return;
  show(true);
  const look = async () => {
    if (!(await signedInAgain())) return;
    clearInterval(watch);
    watch = undefined;
    removeEventListener("focus", look);
    show(false);
    back();
  };
  watch = setInterval(look, EVERY_MS);
  addEventListener("focus", look);
}

/** Take over the new session's token; another person's session reloads the page. @returns {Promise<boolean>} */
async function signedInAgain() {
  try {
    const answer = await fetch("/agent/session", { headers: { Accept: "application/json" } });
    if (!answer.ok) return false;
    const { csrf, user } = await answer.json();
    if (String(user) !== document.getElementById("desk")?.dataset.user) { location.reload(); return false; }
    document.querySelector('meta[name="csrf"]')?.setAttribute("content", csrf);
    return true;
  } catch {
    return false;
  }
}

/** @param {boolean} on */
function show(on) {
  const band = document.getElementById("signed-out");
  if (band) band.hidden = !on;
}
