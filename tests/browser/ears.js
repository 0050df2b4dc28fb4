// Measures what arrives at each peer connection of the page: strength of a tone, loudness, packets and energy.
(() => {
  const ears = (window.ears = { peers: [], analysers: [] });
  const context = new AudioContext();
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...words) {
      super(...words);
      ears.peers.push(this);
      this.addEventListener("track", (event) => {
        const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
        context.createMediaStreamSource(new MediaStream([event.track])).connect(analyser);
        ears.analysers.push(analyser);
        context.resume();
      });
    }
  };
  // Decibels of full scale at this frequency, of the newest connection.
  ears.tone = (frequency) => {
    const analyser = ears.analysers.at(-1);
    if (!analyser) return -200;
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const middle = Math.round((frequency * analyser.fftSize) / context.sampleRate);
    return Math.max(-200, ...bins.slice(middle - 2, middle + 3));
  };
  ears.stats = async () => {
    const found = { state: context.state, packets: 0, energy: 0, sent: 0, paused: document.getElementById("remote")?.paused };
    const peer = ears.peers.at(-1);
    if (!peer) return found;
    for (const row of (await peer.getStats()).values()) {
      if (row.type === "inbound-rtp") Object.assign(found, { packets: row.packetsReceived, energy: row.totalAudioEnergy });
      if (row.type === "outbound-rtp") found.sent = row.packetsSent;
    }
    return found;
  };
})();
