/** Longest pause between two keys of a hand scanner, in milliseconds. Hands are slower. */
export const LONGEST_PAUSE = 60;
/** Shortest code that a hand scanner may type. */
export const SHORTEST_CODE = 4;

/** A key as far as it matters here. */
export interface Key {
  key: string;
  /** Milliseconds of any clock that only rises. */
  at: number;
}

/**
 * A hand scanner that types like a keyboard: a fast burst of keys that ends in Enter is a code.
 *
 * Knows no window: keys come in, codes come out.
 */
export class Wedge {
  #typed = '';
  #last = -Infinity;

  /** Takes a key; gives the code that it completes. */
  take({ key, at }: Key): string | undefined {
    const fast = at - this.#last <= LONGEST_PAUSE;
    if (key === 'Enter' || key === 'Tab') {
      const code = fast ? this.#typed : '';
      this.#typed = '';
      return code.length >= SHORTEST_CODE ? code : undefined;
    }
    if ([...key].length !== 1) return undefined;
    this.#typed = fast ? this.#typed + key : key;
    this.#last = at;
    return undefined;
  }

  /** Whether the keys so far came too fast for a hand, so that they are no short cuts. */
  get bursting(): boolean {
    return this.#typed.length > 1;
  }
}

const WRITTEN_IN = 'input, textarea, select, [contenteditable]';

/** Listens for hand scanners on a window, beside the fields that people write in. */
export function listen(window: Window, read: (code: string) => void): () => void {
  const wedge = new Wedge();
  const down = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if ((event.target as Element | null)?.closest?.(WRITTEN_IN)) return;
    const code = wedge.take({ key: event.key, at: event.timeStamp });
    // A code's space or its Enter must not press the button that has the focus.
    if (code !== undefined || (wedge.bursting && event.key.length === 1)) event.preventDefault();
    if (code !== undefined) read(code);
  };
  const up = (event: KeyboardEvent) => {
    if (event.key === ' ' && wedge.bursting) event.preventDefault();
  };
  window.addEventListener('keydown', down, { capture: true });
  window.addEventListener('keyup', up, { capture: true });
  return () => {
    window.removeEventListener('keydown', down, { capture: true });
    window.removeEventListener('keyup', up, { capture: true });
  };
}
