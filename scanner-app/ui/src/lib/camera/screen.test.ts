import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cameras, start, type Watching } from './screen';

/** A camera that the test holds: what was asked of the system, and how its track stands. */
class Track extends EventTarget {
  kind = 'video';
  stopped = false;
  stop = () => (this.stopped = true);
  getCapabilities = () => ({ torch: true });
  applyConstraints = vi.fn(async () => {});
}
let track: Track;
let allow: () => void;
let asked: MediaStreamConstraints[];
let video: HTMLVideoElement;
const watching: Watching = { send: async () => {}, gone: vi.fn(), still: vi.fn() };

beforeEach(() => {
  track = new Track();
  asked = [];
  video = { play: async () => {}, srcObject: null, videoWidth: 0 } as unknown as HTMLVideoElement;
  const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
  const allowed = new Promise<void>((done) => (allow = done));
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: async (wish: MediaStreamConstraints) => {
        asked.push(wish);
        await allowed;
        return stream;
      },
      enumerateDevices: async () => [
        { kind: 'audioinput', deviceId: 'm', label: 'Microphone' },
        { kind: 'videoinput', deviceId: 'f', label: 'Front' },
        { kind: 'videoinput', deviceId: '', label: '' },
      ],
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a camera of the screen', () => {
  it('is let go where nobody wants it any more when it comes', async () => {
    const leaving = new AbortController();
    const starting = start(video, watching, { signal: leaving.signal });
    leaving.abort();
    allow();
    await expect(starting).rejects.toThrow();
    expect([track.stopped, video.srcObject]).toEqual([true, null]);
  });

  it('says that it stands still, goes on, and is taken away; and nothing after its end', async () => {
    allow();
    const { stop } = await start(video, watching);
    for (const what of ['mute', 'unmute', 'ended']) track.dispatchEvent(new Event(what));
    expect(vi.mocked(watching.still).mock.calls).toEqual([[true], [false]]);
    expect(watching.gone).toHaveBeenCalledOnce();
    stop();
    track.dispatchEvent(new Event('ended'));
    expect(watching.gone).toHaveBeenCalledOnce();
    expect(track.stopped).toBe(true);
  });

  it('is the one that was chosen, else one that looks at the guest', async () => {
    allow();
    for (const camera of ['', 'f']) (await start(video, watching, { camera })).stop();
    expect(asked.map(({ video }) => video)).toMatchObject([
      { facingMode: { ideal: 'environment' } },
      { deviceId: { ideal: 'f' } },
    ]);
    expect(await cameras()).toEqual([{ id: 'f', name: 'Front' }]);
  });
});
