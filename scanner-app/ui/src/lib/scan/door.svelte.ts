import type { Problem } from '$lib/api';
import type { FactRef } from '$lib/api/types/FactRef';
import type { GoOn } from '$lib/api/types/GoOn';
import type { OverrideScan } from '$lib/api/types/OverrideScan';
import type { Shown } from '$lib/api/types/Shown';
import { ask, type Done } from '$lib/app/app.svelte';
import { toBase64 } from './base64';

/** Whether a verdict waits for a person's answer. */
export const waits = ({ outcome }: Shown): boolean => outcome === 'ask' || outcome === 'confirm';

/** The verdicts of this window: the one on screen, those behind it, and the last that let somebody pass. */
class Door {
  /** Verdicts to be shown, the present one first: a frame may hold several codes. */
  #queue = $state<Shown[]>([]);
  /** The last scan that let somebody pass and was not taken back. */
  last = $state<Shown>();
  /** A code is being decided. */
  busy = $state(false);
  /** Why the last wish was not decided. */
  problem = $state<Problem>();
  /** The codes before the next: one that comes while another is decided waits for its turn. */
  #line: Promise<void> = Promise.resolve();

  /** The verdict on screen. */
  get shown(): Shown | undefined {
    return this.#queue[0];
  }

  /** Shows verdicts in place of what is on screen; something that waits for an answer stays. */
  show(fresh: readonly Shown[]): void {
    if (fresh.length === 0) return;
    this.problem = undefined;
    const waiting = this.#queue.filter(waits).slice(0, 1);
    this.#queue = [...waiting, ...fresh];
    for (const shown of fresh) this.#note(shown);
  }

  /** Goes back to scanning, or on to the next verdict of the same frame. */
  next(): void {
    this.#queue = this.#queue.slice(1);
  }

  /** Reads a code that was typed, pasted, or read by a hand scanner. */
  async text(text: string): Promise<void> {
    await this.#inTurn(() => ask({ do: 'scan_text', text }));
  }

  /** Reads the code in a picture. */
  async image(file: Blob): Promise<void> {
    await this.#inTurn(async () =>
      ask({ do: 'scan_image', bytes: toBase64(new Uint8Array(await file.arrayBuffer())) }),
    );
  }

  /** Goes on with what waits. */
  async goOn(wish: GoOn): Promise<void> {
    if (!this.busy) await this.#inTurn(() => ask({ do: 'go_on', ...wish }));
  }

  /** Lets the refused guest pass, on a supervisor's word; gives what stood against it. */
  async override(wish: OverrideScan): Promise<Problem | undefined> {
    const { answer, problem } = await ask({ do: 'override', ...wish });
    if (answer) this.#replace(answer);
    return problem;
  }

  /** Drops what waits; nobody passes. */
  async giveUp(): Promise<void> {
    await ask({ do: 'give_up' });
    this.problem = undefined;
    this.next();
  }

  /** Takes a scan back; gives what stood against it. */
  async undo(scan: FactRef | null): Promise<Problem | undefined> {
    const { answer, problem } = await ask({ do: 'undo', scan });
    if (answer && this.last?.fact?.seq === answer.scan.seq) this.last = undefined;
    return problem;
  }

  #inTurn(make: () => Promise<Done<'scan_text'>>): Promise<void> {
    const turn = this.#line.then(() => this.#wish(make));
    this.#line = turn.catch(() => {});
    return turn;
  }

  async #wish(make: () => Promise<Done<'scan_text'>>): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    try {
      const { answer, problem } = await make();
      this.problem = problem;
      if (answer) this.#replace(answer);
    } finally {
      this.busy = false;
    }
  }

  #replace(shown: Shown): void {
    this.#queue = [shown, ...this.#queue.slice(1).filter(waits)];
    this.#note(shown);
  }

  #note(shown: Shown): void {
    if (shown.outcome === 'admit' && shown.fact) this.last = shown;
  }
}

/** The door of this window. */
export const door = new Door();
