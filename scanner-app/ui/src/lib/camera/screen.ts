import type { CameraTrouble } from '$lib/api/types/CameraTrouble';
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

/** Starts the camera that looks away from the person and sends its frames. */
export async function start(
  video: HTMLVideoElement,
  send: (frame: ScanFrame) => Promise<void>,
  gone: () => void,
): Promise<ScreenCamera> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      facingMode: { ideal: 'environment' },
      width: { ideal: 1280 },
      height: { ideal: 720 },
    },
  });
  const track = stream.getVideoTracks()[0];
  track?.addEventListener('ended', gone);
  video.srcObject = stream;
  await video.play();
  const stopLoop = loop(video, new Pump(send));
  const stop = () => {
    track?.removeEventListener('ended', gone);
    stopLoop();
    for (const one of stream.getTracks()) one.stop();
    video.srcObject = null;
  };
  return { stop, torch: track && torchOf(track) };
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
