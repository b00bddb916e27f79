import type { ScanFrame } from '$lib/api/types/ScanFrame';
import type { Preview } from '$lib/api';
import { toBase64 } from '$lib/scan/base64';

/** Frames are made no larger than this: reading takes longer with every pixel and finds no more. */
export const WIDEST = 640;
export const HIGHEST = 480;

/** The size at which a picture is read: as it is, or shrunk to fit. */
export function fit(width: number, height: number): { width: number; height: number } {
  const shrink = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.round(width * shrink), height: Math.round(height * shrink) };
}

/** Brightness of RGBA pixels, one byte each (ITU-R BT.601). */
export function luma(rgba: Uint8ClampedArray): Uint8Array {
  const grey = new Uint8Array(rgba.length >> 2);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    grey[at] = (77 * rgba[from]! + 150 * rgba[from + 1]! + 29 * rgba[from + 2]!) >> 8;
  }
  return grey;
}

/** Sends frames, at most one at a time; frames that come meanwhile are dropped. */
export class Pump {
  #flying = false;
  #ended = false;
  /** Frames sent and answered. */
  sent = 0;
  /** Frames dropped because one was on its way. */
  dropped = 0;

  constructor(private readonly send: (frame: ScanFrame) => Promise<void>) {}

  /** Offers a frame; `make` is called only where it is sent. */
  offer(make: () => ScanFrame | undefined): void {
    if (this.#ended) return;
    if (this.#flying) {
      this.dropped += 1;
      return;
    }
    const frame = make();
    if (!frame) return;
    this.#flying = true;
    void this.send(frame).finally(() => {
      this.#flying = false;
      this.sent += 1;
    });
  }

  /** Takes no more frames. */
  end(): void {
    this.#ended = true;
  }
}

/** The picture of a video as a frame; nothing while it has none. */
export function frameOf(
  video: HTMLVideoElement,
  canvas: CanvasRenderingContext2D,
): ScanFrame | undefined {
  if (video.videoWidth === 0) return undefined;
  const { width, height } = fit(video.videoWidth, video.videoHeight);
  if (canvas.canvas.width !== width) canvas.canvas.width = width;
  if (canvas.canvas.height !== height) canvas.canvas.height = height;
  canvas.drawImage(video, 0, 0, width, height);
  const { data } = canvas.getImageData(0, 0, width, height);
  return { width, height, luma: toBase64(luma(data)) };
}

/** RGBA of a grey picture. */
export function rgba(picture: Preview): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(picture.luma.length * 4);
  for (const [at, grey] of picture.luma.entries()) pixels.set([grey, grey, grey, 255], at * 4);
  return pixels;
}

/** Paints what the camera of the program sees. */
export function paint(picture: Preview, canvas: HTMLCanvasElement): void {
  const { width, height } = picture;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(rgba(picture), width, height), 0, 0);
}
