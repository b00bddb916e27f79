import { app, ask } from '$lib/app/app.svelte';

/** How many look through the program's own camera. */
let looking = 0;
/** It was started, and not stopped since. */
let started = false;
let turn: Promise<unknown> = Promise.resolve();

/** A look through the program's own camera. */
export interface Look {
  /** Starts the camera, or wakes it. */
  start(): Promise<void>;
  /** Lets it go; it stops where nobody else looks. */
  end(): Promise<void>;
}

/**
 * Looks through the program's own camera. The program answers requests side by side, and a page that comes
 * starts it while the one that goes stops it: each asks in its turn, and whether somebody looks is seen then.
 */
export function lookThrough(): Look {
  let ended = false;
  looking += 1;
  return {
    start: () =>
      inTurn(async () => {
        if (ended) return;
        started = true;
        await ask({ do: 'start_camera', id: app.settings.camera });
      }),
    end: () => {
      if (!ended) looking -= 1;
      ended = true;
      return inTurn(async () => {
        if (looking > 0 || !started) return;
        started = false;
        await ask({ do: 'stop_camera' });
      });
    },
  };
}

/** Does `work` when everything asked before is answered. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const done = turn.then(work);
  turn = done;
  return done;
}
