import { tick } from 'svelte';

/** Remembers what has the focus; gives what puts it back there, or on the page where that is gone. */
export function keepFocus(): () => void {
  const had = document.activeElement;
  return () => void tick().then(() => back(had));
}

function back(had: Element | null): void {
  if (had instanceof HTMLElement && had !== document.body) had.focus({ preventScroll: true });
  if (document.activeElement !== had || had === document.body)
    document.querySelector('main')?.focus({ preventScroll: true });
}
