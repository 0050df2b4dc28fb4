// @ts-check
// Alarms are heard once, then each minute until somebody looks after them. This browser may be told to be quiet.

const KEY = "floor-alarms-muted";
const AGAIN_MS = 60_000;

/** @returns {{look: () => void}} to be called when alarms may have changed */
export function soundAlarms() {
  /** @type {AudioContext | undefined} */
  let context;
  /** @type {Map<string, number>} key → when it was heard last */
  const heard = new Map();
  const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("mute-alarms"));
  let muted = localStorage.getItem(KEY) === "yes";
  const wake = () => { context ??= new AudioContext(); context.resume().catch(() => {}); };
  addEventListener("pointerdown", wake, { passive: true });
  addEventListener("keydown", wake, { passive: true });

  const show = () => {
    if (!button) return;
    button.setAttribute("aria-pressed", String(muted));
    button.textContent = (muted ? button.dataset.textOff : button.dataset.textOn) ?? "";
  };
  button?.addEventListener("click", () => {
    muted = !muted;
    localStorage.setItem(KEY, muted ? "yes" : "no");
    show();
    look();
  });

  const look = () => {
    const now = Date.now();
    const standing = [...document.querySelectorAll("[data-list=alarms] [data-sound]")].map((one) => one.getAttribute("data-key") ?? "");
    for (const key of [...heard.keys()]) if (!standing.includes(key)) heard.delete(key);
    document.title = document.title.replace(/^▲ /, "");
    if (standing.length) document.title = `▲ ${document.title}`;
    const due = standing.filter((key) => now - (heard.get(key) ?? -Infinity) >= AGAIN_MS);
    if (muted || !due.length) return;
    for (const key of due) heard.set(key, now);
    document.documentElement.dataset.alarmsHeard = String(Number(document.documentElement.dataset.alarmsHeard ?? 0) + 1);
    if (context?.state === "running") chime(context);
  };
  show();
  look();
  setInterval(look, 1_000);
  return { look };
}

/** Two falling tones. @param {AudioContext} context */
function chime(context) {
  const start = context.currentTime;
  [880, 660].forEach((pitch, number) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const at = start + number * 0.25;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.15, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.65);
  });
}
