/** Longest pause between two keys that no hand makes again and again, in milliseconds. */
export const QUICK = 60;
/** Longest pause after a first key: a scanner's second key comes late where a machine has to wake. */
export const FIRST_STALL = 250;
/** Longest pause in a burst: a machine under load holds a key back, and the rest comes quickly. */
export const STALL = 1000;
/** Shortest code that a hand scanner may type. */
export const SHORTEST_CODE = 4;

/** A key as far as it matters here. */
export interface Key {
  key: string;
  /** When it was pressed, not when it is heard of: milliseconds of any clock that only rises. */
  at: number;
}

/**
 * A hand scanner that types like a keyboard: a burst of keys that ends in Enter or Tab is a code.
 *
 * Most pauses of a burst are quick; single slow ones are the machine's and stay within the code. Keys that
 * mostly come slowly are a hand's and are forgotten. Knows no window: keys come in, codes come out.
 */
export class Wedge {
  #typed = '';
  #quick = 0;
  #slow = 0;
  #last = -Infinity;

  /** Takes a key; gives the code that it completes. */
  take({ key, at }: Key): string | undefined {
    const pause = at - this.#last;
    if (key === 'Enter' || key === 'Tab') return this.#end(pause);
    if ([...key].length !== 1) return undefined;
    if (pause > (this.#quick > 0 ? STALL : FIRST_STALL)) this.#forget();
    if (this.#typed !== '') {
      if (pause <= QUICK) this.#quick += 1;
      else this.#slow += 1;
    }
    if (this.#slow > 1 && this.#slow > this.#quick) this.#forget();
    this.#typed += key;
    this.#last = at;
    return undefined;
  }

  /** Whether the keys so far came too fast for a hand, so that they are no short cuts. */
  get bursting(): boolean {
    return this.#quick > this.#slow;
  }

  #end(pause: number): string | undefined {
    const code = this.bursting && pause <= STALL ? this.#typed : '';
    this.#forget();
    return [...code].length >= SHORTEST_CODE ? code : undefined;
  }

  #forget(): void {
    this.#typed = '';
    this.#quick = 0;
    this.#slow = 0;
  }
}

const WRITTEN_IN = 'input, textarea, select, [contenteditable]';

/** The key that ends a code: scanners also send line feed and carriage return as Ctrl+J and Ctrl+M. */
function keyOf(event: KeyboardEvent): string | undefined {
  if (event.isComposing || event.altKey || event.metaKey) return undefined;
  if (event.ctrlKey) return /^[jm]$/iu.test(event.key) ? 'Enter' : undefined;
  return event.key;
}

/** Listens for hand scanners on a window, beside the fields that people write in. */
export function listen(window: Window, read: (code: string) => void): () => void {
  const wedge = new Wedge();
  const down = (event: KeyboardEvent) => {
    const key = keyOf(event);
    if (key === undefined) return;
    if ((event.target as Element | null)?.closest?.(WRITTEN_IN)) return;
    const code = wedge.take({ key, at: event.timeStamp });
    // A code's space or its Enter must not press the button that has the focus.
    if (code !== undefined || (wedge.bursting && key.length === 1)) event.preventDefault();
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
