// @ts-check
// The two channels of a recording, each to be heard or not, both in the middle of the head when one is off.

/**
 * @param {HTMLAudioElement} audio
 * @returns {{start: () => void, set: (side: number, heard: boolean) => void}}
 * `start` must be called from a click: browsers let sound begin only then.
 */
export function sidesOf(audio) {
  /** @type {GainNode[][]} */
  let gains = [];
  const heard = [true, true];
  /** @type {AudioContext | null} */
  let context = null;

  function apply() {
    // gains[from][to]: a side that is alone goes to both ears.
    for (const from of [0, 1]) {
      for (const to of [0, 1]) {
        const own = from === to ? 1 : heard[1 - from] ? 0 : 1;
        const gain = gains[from]?.[to];
        if (gain) gain.gain.value = heard[from] ? own : 0;
      }
    }
  }

  function start() {
    if (context) { void context.resume(); return; }
    context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    const merger = context.createChannelMerger(2);
    const made = context;
    context.createMediaElementSource(audio).connect(splitter);
    gains = [0, 1].map((from) => [0, 1].map((to) => {
      const gain = made.createGain();
      splitter.connect(gain, from);
      gain.connect(merger, 0, to);
      return gain;
    }));
    merger.connect(context.destination);
    apply();
  }

  return {
    start,
    set(side, value) { heard[side] = value; apply(); },
  };
}
