import type { Asking, Do } from '$lib/api/backend';
import type { SettingsView } from '$lib/api/types/SettingsView';
import { app } from '$lib/app/app.svelte';
import { overview, STAFF, SUPERVISOR } from '$lib/app/sample';
import { words } from '$lib/words/words.svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import UnlockScreen from './UnlockScreen.svelte';

const LOCKED = overview({
  phase: { is: 'locked', by: 'pin' },
  operators: [SUPERVISOR, STAFF],
});

/** What the screen asked the program on the other end of the line. */
let asked: Asking<Do>[];

/** A program on a machine that knows its owner, or does not; what it says to an unlocking. */
function answers(has_biometrics: boolean, unlocked: () => Response) {
  vi.stubGlobal('fetch', (_: URL, { body }: { body: string }) => {
    const request = JSON.parse(body) as Asking<Do>;
    asked.push(request);
    if (request.do === 'unlock') return Promise.resolve(unlocked());
    const view: SettingsView = {
      settings: LOCKED.settings,
      languages: ['en'],
      readers: [],
      has_relay: false,
      has_haptics: false,
      has_biometrics,
    };
    return Promise.resolve(Response.json(view));
  });
}

beforeEach(() => {
  asked = [];
  words.language = 'en';
  app.overview = LOCKED;
});
afterEach(() => {
  vi.unstubAllGlobals();
  app.overview = undefined;
});

describe('a locked phone', () => {
  it('is opened by finger or face, asked for in words', async () => {
    answers(true, () => Response.json(overview({ operators: [SUPERVISOR] })));
    render(UnlockScreen);
    await fireEvent.click(await screen.findByRole('button', { name: 'Finger or face' }));
    await vi.waitFor(() => expect(app.overview?.phase.is).toBe('open'));
    expect(asked.at(-1)).toEqual({
      do: 'unlock',
      by: 'biometrics',
      question: 'Unlock with your finger or your face.',
      instead: 'Use the PIN',
    });
  });

  it('says what to do when it does not know who holds it', async () => {
    answers(true, () => Response.json({ code: 'not_recognised' }, { status: 422 }));
    render(UnlockScreen);
    await fireEvent.click(await screen.findByRole('button', { name: 'Finger or face' }));
    expect((await screen.findByRole('alert')).textContent).toBe('Not recognised. Use the PIN.');
    expect(app.overview?.phase.is).toBe('locked');
  });

  it('without a reader of fingers or faces offers none', async () => {
    answers(false, () => Response.error());
    render(UnlockScreen);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await new Promise((done) => setTimeout(done));
    expect(screen.queryByRole('button', { name: 'Finger or face' })).toBeNull();
  });
});
