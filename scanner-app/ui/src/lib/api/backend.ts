import type { Answers } from './types/Answers';
import type { AppError } from './types/AppError';
import type { Event } from './types/Event';
import type { Request } from './types/Request';

/** The name of a request. */
export type Do = Request['do'];

/** A request by its name, with what belongs to it. */
export type Asking<D extends Do> = Extract<Request, { do: D }>;

/** What went wrong: a code of the program, or that the program itself does not answer. */
export type Problem = AppError | { code: 'no_answer' };

/** A request that was not done. A refused ticket is an answer and never this. */
export class NotDone extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** A frame of the camera that the program itself drives, for the eye only. */
export interface Preview {
  width: number;
  height: number;
  /** Brightness, one byte a pixel. */
  luma: Uint8Array;
}

/** The program behind the screens. Nothing in the app reaches it in another way. */
export interface Backend {
  /** Asks for something; throws {@link NotDone}. */
  ask<D extends Do>(request: Asking<D>): Promise<Answers[D]>;
  /**
   * Hears what happens by itself; gives what stops hearing.
   *
   * `joined` is told each time hearing begins: what happened before is asked for then.
   */
  listen(hear: (event: Event) => void, joined: () => void): () => void;
  /** Sees what the camera of the program sees, where it can be sent; gives what stops seeing. */
  watch(see: (picture: Preview) => void): () => void;
}

/** A picture as the program sends it: width and height, two bytes each, lowest first; then the brightness. */
export function previewOf(bytes: ArrayBuffer): Preview | undefined {
  if (bytes.byteLength < 4) return undefined;
  const sides = new DataView(bytes);
  const [width, height] = [sides.getUint16(0, true), sides.getUint16(2, true)];
  const luma = new Uint8Array(bytes, 4);
  return luma.length === width * height ? { width, height, luma } : undefined;
}

/** A problem out of whatever was thrown or sent. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof NotDone) return thrown.problem;
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) {
    if (typeof thrown.code === 'string') return thrown as AppError;
  }
  return { code: 'no_answer' };
}
