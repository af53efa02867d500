/**
 * The sounds of a verdict, made by oscillators so that no file is needed. They are told apart by pitch and rhythm,
 * with the volume up and without looking: a rise lets in, a low double buzz does not. Sounds never lie on one another:
 * they follow each other, and a refusal goes before everything else that has not been heard to its end.
 * No function here throws: a gate without a loudspeaker still shows its verdict.
 */

export type VerdictSound = "go" | "stop" | "ask" | "info";

/** Seconds and hertz. */
interface Tone {
  readonly from: number;
  readonly seconds: number;
  readonly hertz: number;
  readonly shape: OscillatorType;
  /** Relative loudness; a square wave sounds louder than a sine of the same height. */
  readonly gain: number;
}

const scores: Record<VerdictSound, readonly Tone[]> = {
  go: [
    { from: 0, seconds: 0.09, hertz: 660, shape: "triangle", gain: 0.9 },
    { from: 0.09, seconds: 0.16, hertz: 990, shape: "triangle", gain: 0.9 },
  ],
  stop: [
    { from: 0, seconds: 0.18, hertz: 140, shape: "square", gain: 0.6 },
    { from: 0.26, seconds: 0.26, hertz: 140, shape: "square", gain: 0.6 },
  ],
  ask: [
    { from: 0, seconds: 0.12, hertz: 520, shape: "triangle", gain: 0.9 },
    { from: 0.18, seconds: 0.12, hertz: 520, shape: "triangle", gain: 0.9 },
    { from: 0.36, seconds: 0.18, hertz: 440, shape: "triangle", gain: 0.9 },
  ],
  info: [{ from: 0, seconds: 0.14, hertz: 784, shape: "sine", gain: 0.8 }],
};

/** Long enough for a clean edge: a tone that starts or ends at full height clicks. */
const edge = 0.008;

/** Seconds between two sounds. */
const gap = 0.08;

/** Seconds: a sound that would come later than this would no longer belong to what is seen. */
const latest = 3;

let context: AudioContext | undefined;

function audio(): AudioContext | undefined {
  context ??= typeof AudioContext === "function" ? new AudioContext() : undefined;
  return context;
}

/** A sound under way or about to be. */
interface Line {
  readonly sound: VerdictSound;
  readonly volume: number;
  readonly end: number;
  readonly silence: () => void;
}

let lines: readonly Line[] = [];

function schedule(on: AudioContext, tone: Tone, from: number, volume: number): () => void {
  const oscillator = on.createOscillator();
  const gain = on.createGain();
  const start = from + tone.from;
  const end = start + tone.seconds;
  oscillator.type = tone.shape;
  oscillator.frequency.value = tone.hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(tone.gain * volume, start + edge);
  gain.gain.setValueAtTime(tone.gain * volume, end - edge);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return () => {
    gain.disconnect();
  };
}

/** Adds a sound after those under way; returns whether it still comes in time. */
function append(on: AudioContext, sound: VerdictSound, volume: number): boolean {
  const start = lines.reduce((free, { end }) => Math.max(free, end + gap), on.currentTime);
  if (start - on.currentTime > latest) {
    return false;
  }
  const tones = scores[sound];
  const silences = tones.map((tone) => schedule(on, tone, start, volume));
  const end = Math.max(...tones.map((tone) => start + tone.from + tone.seconds));
  lines = [...lines, { sound, volume, end, silence: () => { silences.forEach((silence) => { silence(); }); } }];
  return true;
}

/** `volume` from 0 (silent) to 1. Returns whether a sound was scheduled. */
export function play(sound: VerdictSound, volume: number): boolean {
  const loudness = Number.isFinite(volume) ? Math.min(Math.max(volume, 0), 1) : 0;
  if (loudness === 0) {
    return false;
  }
  try {
    const on = audio();
    if (on === undefined) {
      return false;
    }
    if (on.state === "suspended") {
      on.resume().catch(() => undefined);
    }
    lines = lines.filter(({ end }) => end > on.currentTime);
    const others = sound === "stop" ? lines.filter((line) => line.sound !== "stop") : [];
    lines = lines.filter((line) => !others.includes(line));
    for (const { silence } of others) {
      silence();
    }
    const heard = append(on, sound, loudness);
    for (const other of others) {
      append(on, other.sound, other.volume);
    }
    return heard;
  } catch {
    return false;
  }
}
