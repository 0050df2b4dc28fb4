// @ts-check
// How loud the microphone is, as a bar that moves.

/**
 * @param {MediaStream} stream @param {(percent: number) => void} tell many times a second
 * @returns {() => void} ends it
 */
export function measureLevel(stream, tell) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  context.resume().catch(() => {});
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(percentOf(samples));
  }, 60);
  return () => { clearInterval(timer); context.close().catch(() => {}); };
}

/** 0 at -60 dB of full scale or less, 100 at full scale. @param {ArrayLike<number>} samples @returns {number} */
export function percentOf(samples) {
  let sum = 0;
  for (let at = 0; at < samples.length; at += 1) sum += samples[at] * samples[at];
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.max(0, Math.min(100, Math.round(((db + 60) / 60) * 100)));
}
