// Runs in the page that Chromium opens for a film: drives its <video> and reads the number of each frame.
const BITS = 16;
const video = document.querySelector("video");
const strip = Object.assign(document.createElement("canvas"), { width: BITS, height: 1 });
const pixels = strip.getContext("2d", { willReadFrequently: true });
pixels.imageSmoothingEnabled = false;

// The fields stand across the top quarter: of each, the pixel nearest its middle tells the bit.
function number() {
  const { videoWidth: width, videoHeight: height } = video;
  pixels.drawImage(video, 0, height / 8, width, 1, 0, 0, BITS, 1);
  const { data } = pixels.getImageData(0, 0, BITS, 1);
  return Array.from({ length: BITS }, (_, bit) => (data[bit * 4 + 1] > 127) << bit).reduce((a, b) => a | b);
}

const event = (name) => new Promise((resolve) => video.addEventListener(name, resolve, { once: true }));

window.player = {
  async facts() {
    if (video.readyState < 1) await event("loadedmetadata");
    video.pause();
    video.muted = true;
    return { duration: video.duration, width: video.videoWidth, height: video.videoHeight };
  },

  async seek(seconds) {
    const sought = event("seeked");
    video.currentTime = seconds;
    await sought;
    return number();
  },

  // Plays a stretch of the film; one [number, media time] for each frame that was shown.
  async play(from, until) {
    await this.seek(from);
    const shown = [];
    const over = new Promise((resolve) => {
      const note = (_, { mediaTime }) => {
        shown.push([number(), mediaTime]);
        if (mediaTime >= until) resolve();
        else video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
    });
    await video.play();
    await over;
    video.pause();
    return shown;
  },

  // Decodes the whole sound: its length in samples, and where it is loudest around each of `places`.
  async sound(places, reach) {
    const bytes = await (await fetch(location.href)).arrayBuffer();
    const decoded = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(bytes);
    const channel = decoded.getChannelData(0);
    const loudest = (around) => {
      let best = around - reach;
      for (let at = best; at <= around + reach; at++) {
        if (Math.abs(channel[at]) > Math.abs(channel[best])) best = at;
      }
      return best;
    };
    return { samples: decoded.length, channels: decoded.numberOfChannels, peaks: places.map(loudest) };
  },
};
