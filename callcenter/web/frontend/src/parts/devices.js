// @ts-check
// Microphone and speaker: which ones, opened, and what is wrong with them in one word.

const MICROPHONE = "cc-microphone";
const SPEAKER = "cc-speaker";

/** @typedef {"refused" | "missing" | "busy"} Trouble */

/** A microphone that could not be opened. */
export class NoMicrophone extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** @returns {string} the chosen one's id, "" for the computer's own */
export const chosenMicrophone = () => localStorage.getItem(MICROPHONE) ?? "";
/** @returns {string} */
export const chosenSpeaker = () => localStorage.getItem(SPEAKER) ?? "";
/** @param {string} id */
export const chooseMicrophone = (id) => localStorage.setItem(MICROPHONE, id);
/** @param {string} id */
export const chooseSpeaker = (id) => localStorage.setItem(SPEAKER, id);

/** What getUserMedia's error means. @param {string} name the error's @returns {Trouble} */
export function troubleOf(name) {
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "refused";
}

/**
 * Open the chosen microphone, else the computer's own. Throws `NoMicrophone`.
 * @returns {Promise<{stream: MediaStream, fellBack: boolean}>} `fellBack`: the chosen one was not there
 */
export async function openMicrophone() {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoMicrophone("refused");
  const wanted = chosenMicrophone();
  if (wanted) {
    try {
      return { stream: await open({ deviceId: { exact: wanted } }), fellBack: false };
    } catch (error) {
      if (troubleOf(/** @type {Error} */ (error).name) === "refused") throw new NoMicrophone("refused");
    }
  }
  try {
    return { stream: await open({}), fellBack: wanted !== "" };
  } catch (error) {
    throw new NoMicrophone(troubleOf(/** @type {Error} */ (error).name));
  }
}

/** @param {MediaTrackConstraints} which @returns {Promise<MediaStream>} */
function open(which) {
  return navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...which }, video: false });
}

/** @param {MediaStream | null} stream */
export function closeStream(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** @param {"audioinput" | "audiooutput"} kind @returns {Promise<MediaDeviceInfo[]>} with names once the microphone was allowed */
export async function devices(kind) {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return all.filter((device) => device.kind === kind && device.deviceId !== "default" && device.deviceId !== "communications" && device.deviceId);
}

/** Send an element's sound to the chosen speaker. @param {any} player an audio element or context */
export async function toSpeaker(player) {
  if (typeof player?.setSinkId !== "function") return;
  try {
    await player.setSinkId(chosenSpeaker());
  } catch {
    // the chosen speaker is not there now; the computer's own goes on
    await player.setSinkId("");
  }
}
