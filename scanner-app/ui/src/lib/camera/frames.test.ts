import { toBase64 } from '$lib/scan/base64';
import { describe, expect, it } from 'vitest';
import { previewOf } from '$lib/api/backend';
import { fit, luma, Pump, rgba } from './frames';

const frame = { width: 1, height: 1, luma: '' };

describe('frames', () => {
  it('are shrunk to fit and never enlarged', () => {
    expect(fit(1280, 720)).toEqual({ width: 640, height: 360 });
    expect(fit(720, 1280)).toEqual({ width: 270, height: 480 });
    expect(fit(320, 240)).toEqual({ width: 320, height: 240 });
  });

  it('carry brightness only', () => {
    const rgba = new Uint8ClampedArray([255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255]);
    expect([...luma(rgba)]).toEqual([255, 0, 76]);
  });

  it('are base64, with and without the browser’s own means', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
    const slow = toBase64(bytes);
    expect(Uint8Array.from(atob(slow), (char) => char.charCodeAt(0))).toEqual(bytes);
    const own = Object.assign(new Uint8Array([1]), { toBase64: () => 'own' });
    expect(toBase64(own)).toBe('own');
  });
});

describe('a preview', () => {
  it('is its sides and its brightness, painted grey', () => {
    const picture = previewOf(Uint8Array.from([2, 0, 1, 0, 7, 9]).buffer)!;
    expect([picture.width, picture.height]).toEqual([2, 1]);
    expect([...rgba(picture)]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
  });

  it('of another size than it says is none', () => {
    expect(previewOf(Uint8Array.from([2, 0, 1, 0, 7]).buffer)).toBeUndefined();
    expect(previewOf(new ArrayBuffer(3))).toBeUndefined();
  });
});

describe('the pump', () => {
  it('has at most one frame on its way and drops the rest', async () => {
    const answers: (() => void)[] = [];
    let most = 0;
    const pump = new Pump(() => {
      most = Math.max(most, answers.length + 1);
      return new Promise<void>((done) => answers.push(done));
    });
    let made = 0;
    const make = () => {
      made += 1;
      return frame;
    };
    for (let count = 0; count < 5; count += 1) pump.offer(make);
    expect([made, most, pump.dropped]).toEqual([1, 1, 4]);
    answers.pop()?.();
    await Promise.resolve();
    await Promise.resolve();
    pump.offer(make);
    expect([made, most, pump.sent]).toEqual([2, 1, 1]);
  });

  it('goes on after a frame that failed', async () => {
    let sent = 0;
    const pump = new Pump(() => {
      sent += 1;
      return Promise.reject(new Error('no')).catch(() => {});
    });
    pump.offer(() => frame);
    await new Promise((done) => setTimeout(done));
    pump.offer(() => frame);
    expect(sent).toBe(2);
  });

  it('sends nothing after its end, and no empty frame', () => {
    let sent = 0;
    const pump = new Pump(() => {
      sent += 1;
      return Promise.resolve();
    });
    pump.offer(() => undefined);
    pump.end();
    pump.offer(() => frame);
    expect(sent).toBe(0);
  });
});
