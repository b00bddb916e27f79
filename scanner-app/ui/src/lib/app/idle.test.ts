import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { idle } from './idle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('speaks up after so long without a touch, a key or a scan, and once', () => {
  const away = vi.fn();
  const watch = idle(2, away);
  vi.advanceTimersByTime(119_000);
  dispatchEvent(new Event('pointerdown'));
  vi.advanceTimersByTime(119_000);
  watch.touch();
  vi.advanceTimersByTime(119_000);
  expect(away).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(away).toHaveBeenCalledTimes(1);
  watch.end();
  dispatchEvent(new Event('keydown'));
  vi.advanceTimersByTime(600_000);
  expect(away).toHaveBeenCalledTimes(1);
});
