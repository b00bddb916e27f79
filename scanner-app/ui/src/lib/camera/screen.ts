import type { CameraTrouble } from '$lib/api/types/CameraTrouble';
import type { CameraView } from '$lib/api/types/CameraView';
import type { ScanFrame } from '$lib/api/types/ScanFrame';
import { frameOf, Pump } from './frames';

/** Frames a second that are offered: more would only heat the device. */
const FRAMES_PER_SECOND = 15;

/** A camera that the screen itself holds. */
export interface ScreenCamera {
  /** Ends it and lets the camera go. */
  stop: () => void;
  /** The light beside it; absent where it has none. */
  torch: ((on: boolean) => Promise<void>) | undefined;
}

/** Why the camera did not start; the system's words mean the same under several names. */
export function troubleOf(thrown: unknown): CameraTrouble {
  switch (thrown instanceof Error ? thrown.name : '') {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      // Without the interface there is no camera to be had here.
      return navigator.mediaDevices ? 'failed' : 'missing';
  }
}

/** Who hears of a camera that runs. */
export interface Watching {
  /** Takes a frame. */
  send: (frame: ScanFrame) => Promise<void>;
  /** It was taken away and will not come back by itself. */
  gone: () => void;
  /** It stands still, as while a phone rings; or goes on. */
  still: (still: boolean) => void;
}

/**
 * Starts a camera and sends its frames: the one named, or one that looks away from the person.
 *
 * Whoever does not want it any more before it runs says so by the signal; it is let go then.
 */
export async function start(
  video: HTMLVideoElement,
  watching: Watching,
  { camera = '', signal }: { camera?: string; signal?: AbortSignal } = {},
): Promise<ScreenCamera> {
  const which = camera ? { deviceId: { ideal: camera } } : { facingMode: { ideal: 'environment' } };
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const release = () => {
    for (const one of stream.getTracks()) one.stop();
    if (video.srcObject === stream) video.srcObject = null;
  };
  try {
    signal?.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    signal?.throwIfAborted();
  } catch (thrown) {
    release();
    throw thrown;
  }
  const track = stream.getVideoTracks()[0];
  const stopHearing = track && hear(track, watching);
  const stopLoop = loop(video, new Pump(watching.send));
  const stop = () => {
    stopHearing?.();
    stopLoop();
    release();
  };
  return { stop, torch: track && torchOf(track) };
}

/** The cameras that a screen can hold; they have names once one of them was allowed. */
export async function cameras(): Promise<CameraView[]> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  return all
    .filter(({ kind, deviceId, label }) => kind === 'videoinput' && deviceId && label)
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

function hear(track: MediaStreamTrack, { gone, still }: Watching): () => void {
  const stands = () => still(true);
  const goesOn = () => still(false);
  track.addEventListener('ended', gone);
  track.addEventListener('mute', stands);
  track.addEventListener('unmute', goesOn);
  return () => {
    track.removeEventListener('ended', gone);
    track.removeEventListener('mute', stands);
    track.removeEventListener('unmute', goesOn);
  };
}

function loop(video: HTMLVideoElement, pump: Pump): () => void {
  const canvas = document
    .createElement('canvas')
    .getContext('2d', { willReadFrequently: true, alpha: false });
  if (!canvas) return () => {};
  const timer = setInterval(
    () => pump.offer(() => frameOf(video, canvas)),
    1000 / FRAMES_PER_SECOND,
  );
  return () => {
    clearInterval(timer);
    pump.end();
  };
}

/** The standard names the light; the browser's types do not yet. */
type Light = { torch?: boolean };

function torchOf(track: MediaStreamTrack): ScreenCamera['torch'] {
  const able = track.getCapabilities?.() as (MediaTrackCapabilities & Light) | undefined;
  if (!able?.torch) return undefined;
  return (on) =>
    track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet & Light] });
}
