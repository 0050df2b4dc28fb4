// @ts-check
// A call is seen and heard when the page is behind others: a notice of the desktop.

/** @type {Notification | null} */
let shown = null;

/** @returns {"granted" | "default" | "denied" | "unsupported"} */
export function permission() {
  return "Notification" in window && window.isSecureContext ? Notification.permission : "unsupported";
}

/** Ask; must come from a click or key. @returns {Promise<string>} */
export async function askPermission() {
  if (permission() === "default") await Notification.requestPermission();
  return permission();
}

/** @param {string} title @param {string} body masked already */
export function notice(title, body) {
  if (shown || permission() !== "granted" || document.hasFocus()) return;
  shown = new Notification(title, { body, tag: "offer", requireInteraction: true, icon: "/static/img/icon.svg" });
  shown.onclick = () => { window.focus(); shown?.close(); };
  shown.onclose = () => { shown = null; };
}

/** The call is answered or gone. */
export function endNotice() {
  shown?.close();
  shown = null;
}
