/** What counts as somebody being there. */
const SIGNS = ['pointerdown', 'keydown', 'wheel'] as const;

/** Calls `away` after `minutes` without a touch, a key or `touch()`; `end()` stops looking. */
export function idle(minutes: number, away: () => void): { touch: () => void; end: () => void } {
  let timer: ReturnType<typeof setTimeout>;
  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(away, minutes * 60_000);
  };
  touch();
  for (const sign of SIGNS) addEventListener(sign, touch, { capture: true, passive: true });
  return {
    touch,
    end: () => {
      clearTimeout(timer);
      for (const sign of SIGNS) removeEventListener(sign, touch, { capture: true });
    },
  };
}
