import { app } from '$lib/app/app.svelte';
import { overview, STAFF, STATION, SUPERVISOR } from '$lib/app/sample';
import { words } from '$lib/words/words.svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sample } from './sample';
import Verdict from './Verdict.svelte';

const USED = { code: 'already_used', text: 'Already used', fields: [], parts: [] };
const fact = { actor: 'a', seq: 1 };
const buttons = () => screen.getAllByRole('button').map((button) => button.textContent?.trim());

/** A door with staff and a supervisor on duty. */
function stand({ kiosk = false } = {}) {
  const standing = overview({ station: STATION, operators: [SUPERVISOR, STAFF] });
  app.overview = { ...standing, settings: { ...standing.settings, kiosk } };
}

beforeEach(() => {
  words.language = 'en';
});
afterEach(() => {
  app.overview = undefined;
});

describe('a verdict', () => {
  it('can be taken back, and its ticket looked up', () => {
    stand();
    render(Verdict, { shown: sample({ fact }) });
    expect(buttons()).toEqual(['Undo', 'History', 'Next']);
  });

  it('can be taken back by no guest before a kiosk', () => {
    stand({ kiosk: true });
    render(Verdict, { shown: sample({ fact }) });
    expect(buttons()).toEqual(['Next']);
  });

  it('that was taken back lets nobody in, and stays until that was seen', async () => {
    stand();
    const answer = { scan: fact, fact: { actor: 'a', seq: 2 } };
    vi.stubGlobal('fetch', async () => ({ ok: true, json: async () => answer }));
    render(Verdict, { shown: sample({ fact }) });
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    const main = await screen.findByRole('main', { name: /^STOP Taken back/u });
    expect(main.querySelector('.ring')).toBeNull();
    expect(document.activeElement).toBe(main);
    expect(buttons()).toEqual(['History', 'Next']);
    vi.unstubAllGlobals();
  });

  it('is overridden for the guest that the dialog names', async () => {
    stand();
    const refused = sample({ outcome: 'refuse', wish: 'A', reason: USED, may_override: true });
    const { rerender } = render(Verdict, { shown: refused });
    await fireEvent.click(screen.getByRole('button', { name: 'Override' }));
    expect(screen.getByText('Ada Lovelace – Already used')).toBeTruthy();
    await rerender({ shown: sample({ wish: 'B' }) });
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});
