import type { Problem } from '$lib/api';
import type { FactRef } from '$lib/api/types/FactRef';
import type { GoOn } from '$lib/api/types/GoOn';
import type { OverrideScan } from '$lib/api/types/OverrideScan';
import type { Shown } from '$lib/api/types/Shown';
import { ask, type Done } from '$lib/app/app.svelte';
import { toBase64 } from './base64';

/** Whether a verdict waits for a person's answer. */
export const waits = ({ outcome }: Shown): boolean => outcome === 'ask' || outcome === 'confirm';

/** Who looked at a verdict for less than this may not have seen it, in milliseconds. */
export const GLANCE_MS = 1000;

/** The verdicts of this window: the one on screen, those behind it, and the last that let somebody through. */
export class Door {
  /** Verdicts to be shown, the present one first. */
  #queue = $state.raw<readonly Shown[]>([]);
  /** When the present one came on screen. */
  #since = 0;
  /** The last scan that let somebody through and was not taken back. */
  last = $state.raw<Shown>();
  /** A code is being decided. */
  busy = $state(false);
  /** Why the last wish was not decided. */
  problem = $state<Problem>();
  /** The codes before the next: one that comes while another is decided waits for its turn. */
  #line: Promise<void> = Promise.resolve();
  /** Ends with the hold. */
  #hold = $state.raw<Promise<void>>();

  /** The verdict on screen. */
  get shown(): Shown | undefined {
    return this.#queue[0];
  }

  /** How many verdicts come after the one on screen. */
  get behind(): number {
    return Math.max(this.#queue.length - 1, 0);
  }

  /** Somebody is busy with the verdict on screen: it stays, and nothing new is read that can wait. */
  get held(): boolean {
    return this.#hold !== undefined;
  }

  /**
   * Shows verdicts at once, in place of the one on screen.
   *
   * No verdict is lost: one that was hardly on screen and those that were not yet come after them. What waits
   * for an answer, and what is held, stays; they come after it.
   */
  show(fresh: readonly Shown[]): void {
    if (fresh.length === 0) return;
    this.problem = undefined;
    for (const shown of fresh) this.#note(shown);
    const [present, ...behind] = this.#queue;
    if (!present) this.#set(fresh);
    else if (this.held || waits(present)) this.#set([present, ...behind, ...fresh]);
    else this.#set([...fresh, ...(this.#glanced ? [present] : []), ...behind]);
  }

  /** Goes back to scanning, or on to the next verdict. */
  next(): void {
    this.#set(this.#queue.slice(1));
  }

  /** Holds the verdict on screen; gives what lets it go. Codes that come meanwhile wait for their turn. */
  hold(): () => void {
    let end = () => {};
    const hold = new Promise<void>((ended) => (end = ended));
    this.#hold = hold;
    return () => {
      if (this.#hold === hold) this.#hold = undefined;
      end();
    };
  }

  /** Reads a code that was typed, pasted, or read by a hand scanner. */
  async text(text: string): Promise<void> {
    await this.#inTurn(() => this.#read(() => ask({ do: 'scan_text', text })));
  }

  /** Reads the code in a picture. */
  async image(file: Blob): Promise<void> {
    const bytes = async () => toBase64(new Uint8Array(await file.arrayBuffer()));
    await this.#inTurn(() =>
      this.#read(async () => ask({ do: 'scan_image', bytes: await bytes() })),
    );
  }

  /** Goes on with what waits. */
  async goOn(wish: GoOn): Promise<void> {
    if (this.busy) return;
    await this.#inTurn(async () => {
      const { answer, problem } = await ask({ do: 'go_on', ...wish });
      if (answer) this.#replace(wish.wish, answer);
      return problem;
    });
  }

  /** Lets the refused guest through, on a supervisor's word; gives what stood against it. */
  async override(wish: OverrideScan): Promise<Problem | undefined> {
    const { answer, problem } = await ask({ do: 'override', ...wish });
    if (answer) this.#replace(wish.wish, answer);
    return problem;
  }

  /** Drops what waits; nobody gets in. */
  async giveUp(): Promise<void> {
    const given = this.shown;
    await ask({ do: 'give_up' });
    this.problem = undefined;
    this.#set(this.#queue.filter((shown) => shown !== given));
  }

  /** Takes a scan back; gives what stood against it. */
  async undo(scan: FactRef | null): Promise<Problem | undefined> {
    const { answer, problem } = await ask({ do: 'undo', scan });
    if (answer && this.last?.fact?.seq === answer.scan.seq) this.last = undefined;
    return problem;
  }

  #inTurn(wish: () => Promise<Problem | undefined>): Promise<void> {
    const turn = this.#line.then(() => this.#hold).then(() => this.#decide(wish));
    this.#line = turn.catch(() => {});
    return turn;
  }

  async #decide(wish: () => Promise<Problem | undefined>): Promise<void> {
    this.busy = true;
    this.problem = undefined;
    try {
      this.problem = await wish();
    } finally {
      this.busy = false;
    }
  }

  async #read(make: () => Promise<Done<'scan_text'>>): Promise<Problem | undefined> {
    const { answer, problem } = await make();
    if (!answer) return problem;
    // A code that is read gives up what waited, of which nothing is in the log.
    this.#set(this.#queue.filter((shown) => !waits(shown)));
    this.show([answer]);
    return undefined;
  }

  /** Puts what came of a wish in the place of its verdict. */
  #replace(wish: string, answer: Shown): void {
    const found = this.#queue.some((shown) => shown.wish === wish);
    if (!found) return this.show([answer]);
    this.#note(answer);
    this.#set(this.#queue.map((shown) => (shown.wish === wish ? answer : shown)));
  }

  get #glanced(): boolean {
    return performance.now() - this.#since < GLANCE_MS;
  }

  #set(queue: readonly Shown[]): void {
    if (queue[0] !== this.#queue[0]) this.#since = performance.now();
    this.#queue = queue;
  }

  #note(shown: Shown): void {
    if (shown.outcome === 'admit' && shown.fact) this.last = shown;
  }
}

/** The door of this window. */
export const door = new Door();
