import type { Feel } from '$lib/api/types/Feel';
import type { Sound } from '$lib/api/types/Sound';

/** A tone: hertz, when it begins and how long it lasts in seconds, and its wave. */
type Tone = readonly [hertz: number, at: number, lasts: number, wave: OscillatorType];

/** Each sound has its own rhythm as well as its own pitch, for ears that miss one of them. */
export const TUNES: Record<Sound, readonly Tone[]> = {
  admit: [
    [880, 0, 0.1, 'sine'],
    [1318, 0.11, 0.2, 'sine'],
  ],
  refuse: [
    [196, 0, 0.25, 'square'],
    [147, 0.3, 0.45, 'square'],
  ],
  ask: [
    [660, 0, 0.1, 'triangle'],
    [660, 0.16, 0.1, 'triangle'],
    [660, 0.32, 0.1, 'triangle'],
  ],
  test: [
    [660, 0, 0.15, 'sine'],
    [880, 0.17, 0.15, 'sine'],
    [1318, 0.34, 0.25, 'sine'],
  ],
};

/** Milliseconds on and off, as `navigator.vibrate` takes them. */
export const BEATS: Record<Feel, number[]> = {
  admit: [70],
  refuse: [300, 120, 300],
  ask: [90, 90, 90],
};

const LOUDEST = 0.7;

let context: AudioContext | undefined;

/**
 * Plays a sound, `volume` from 0 to 100.
 *
 * False where nothing was heard: some systems play nothing before somebody touched the screen.
 */
export async function play(sound: Sound, volume: number): Promise<boolean> {
  if (typeof AudioContext === 'undefined' || volume <= 0) return false;
  context ??= new AudioContext();
  if (context.state !== 'running') {
    // Without a touch the promise may stay open for ever.
    await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 300))]);
  }
  // Read anew: `resume` changes it.
  if ((context.state as AudioContextState) !== 'running') return false;
  const loud = (LOUDEST * Math.min(volume, 100)) / 100;
  for (const tone of TUNES[sound]) sing(context, tone, loud);
  return true;
}

/** Plays one tone, its edges soft: a tone cut off sharply clicks. */
function sing(context: AudioContext, [hertz, at, lasts, wave]: Tone, loud: number): void {
  const start = context.currentTime + 0.01 + at;
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.type = wave;
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loud, start + 0.01);
  gain.gain.setValueAtTime(loud, start + lasts - 0.02);
  gain.gain.linearRampToValueAtTime(0, start + lasts);
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + lasts);
}

/** Shakes the device, where it can. */
export function shake(feel: Feel): void {
  navigator.vibrate?.(BEATS[feel]);
}
