import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stayAwake } from './awake';

let locks: { released: boolean; release: () => Promise<void> }[];
const held = () => locks.map(({ released }) => !released);
const settled = () => new Promise((done) => setTimeout(done));

async function hide(hidden: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  if (hidden) for (const lock of locks) lock.released = true;
  document.dispatchEvent(new Event('visibilitychange'));
  await settled();
}

beforeEach(() => {
  locks = [];
  const request = async () => {
    const lock = { released: false, release: async () => void (lock.released = true) };
    locks.push(lock);
    return lock;
  };
  vi.stubGlobal('navigator', { wakeLock: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('a screen that stays on', () => {
  it('does so again after the system took it back', async () => {
    const end = stayAwake();
    await settled();
    expect(held()).toEqual([true]);
    await hide(true);
    await hide(false);
    expect(held()).toEqual([false, true]);
    end();
    await hide(false);
    expect(held()).toEqual([false, false]);
  });

  it('is let go where that was asked before it came', async () => {
    stayAwake()();
    await settled();
    expect(held()).toEqual([false]);
  });

  it('does no harm where a system has no such thing, or says no', async () => {
    for (const wakeLock of [undefined, { request: () => Promise.reject(new Error('no')) }]) {
      vi.stubGlobal('navigator', { wakeLock });
      const end = stayAwake();
      await settled();
      end();
    }
  });
});
