// @ts-check
// The ring tone, made in the browser and heard on the chosen speaker, and the flashing title.

import { toSpeaker } from "./devices.js";

/** @type {AudioContext | undefined} */
let context;
/** @type {ReturnType<typeof setInterval> | undefined} */
let beat;
const title = document.title;

/** Browsers allow sound after the first key or click: prepare it then. */
export function prepareSound() {
  const wake = () => { sound().resume().catch(() => {}); };
  addEventListener("pointerdown", wake, { passive: true });
  addEventListener("keydown", wake, { passive: true });
}

/** @param {string} text what the title says meanwhile */
export function startRinging(text) {
  if (beat !== undefined) return;
  sound().resume().catch(() => {});
  let count = 0;
  const once = () => {
    document.title = count % 2 ? title : `${text} · ${title}`;
    if (count % 3 === 0) burst();
    count += 1;
  };
  once();
  beat = setInterval(once, 1_000);
}

/** Silence. */
export function stopRinging() {
  if (beat === undefined) return;
  clearInterval(beat);
  beat = undefined;
  document.title = title;
}

/** One ring, to hear whether the speaker works. */
export async function ringOnce() {
  await sound().resume();
  await toSpeaker(context);
  burst();
}

/** @returns {AudioContext} */
function sound() {
  if (!context) {
    context = new AudioContext();
    toSpeaker(context).catch(() => {});
  }
  return context;
}

function burst() {
  if (!context || context.state !== "running") return;
  const volume = context.createGain();
  volume.connect(context.destination);
  const start = context.currentTime;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.04);
  volume.gain.setValueAtTime(0.12, start + 0.9);
  volume.gain.linearRampToValueAtTime(0, start + 1);
  for (const pitch of [440, 480]) {
    const tone = context.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(volume);
    tone.start(start);
    tone.stop(start + 1);
  }
}
