import type { CameraTrouble } from '$lib/api/types/CameraTrouble';
import type { ScreenCamera } from '$lib/api/types/ScreenCamera';
import { app, ask } from '$lib/app/app.svelte';
import { start, troubleOf } from './screen';
import { lookThrough } from './sharing';

/** The longest that a camera may take to its first picture. */
const PATIENCE_MS = 8_000;
/** How often the program is asked again: another screen may have stopped what was started here. */
const AGAIN_MS = 2_000;

/**
 * Tries the camera of this device: starts it, waits for a picture and lets it go. The one that a
 * screen holds is told of; of its own the program knows by itself.
 */
export async function probe(signal: AbortSignal): Promise<ScreenCamera | null> {
  const { answer } = await ask({ do: 'cameras' });
  if (!answer || signal.aborted) return null;
  app.camera = answer.state;
  if (answer.in_screen) return { trouble: await inScreen(signal) };
  await ofProgram(signal);
  return null;
}

async function inScreen(signal: AbortSignal): Promise<CameraTrouble | null> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  const nobody = { send: async () => {}, gone: () => {}, still: () => {} };
  const either = new AbortController();
  const give = () => either.abort();
  signal.addEventListener('abort', give);
  const late = new Promise<'late'>((done) => setTimeout(done, PATIENCE_MS, 'late'));
  const camera = start(video, nobody, { camera: app.settings.camera, signal: either.signal });
  try {
    const came = await Promise.race([camera, late]);
    if (came === 'late') return 'silent';
    came.stop();
    return null;
  } catch (thrown) {
    return troubleOf(thrown);
  } finally {
    // One that comes too late is let go.
    give();
    signal.removeEventListener('abort', give);
  }
}

async function ofProgram(signal: AbortSignal): Promise<void> {
  const look = lookThrough();
  const settled = () => app.camera?.running || app.camera?.trouble;
  for (let waited = 0; waited < PATIENCE_MS && !settled() && !signal.aborted; waited += AGAIN_MS) {
    await look.start();
    for (let slept = 0; slept < AGAIN_MS && !settled() && !signal.aborted; slept += 100) {
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  await look.end();
}
