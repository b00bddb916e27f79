import { sample } from '$lib/verdict/sample';
import { words } from '$lib/words/words.svelte';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { door } from './door.svelte';
import LastPassed from './LastPassed.svelte';

const guest = (seq: number) => sample({ fact: { actor: 'a', seq } });
let answer: { ok: boolean; json: () => Promise<unknown> };

beforeEach(() => {
  words.language = 'en';
  door.last = guest(1);
  vi.stubGlobal('fetch', async () => answer);
});
afterEach(() => {
  vi.unstubAllGlobals();
  door.last = undefined;
});

describe('the last scan that let somebody through', () => {
  it('says that it was taken back, and has the focus', async () => {
    answer = { ok: true, json: async () => ({ scan: { actor: 'a', seq: 1 } }) };
    const { container } = render(LastPassed);
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect((await screen.findByRole('status')).textContent).toContain('Taken back');
    await tick();
    expect(container.contains(document.activeElement)).toBe(true);
  });

  it('says why it was not, until the next guest', async () => {
    answer = { ok: false, json: async () => ({ code: 'may_not_undo' }) };
    render(LastPassed);
    await fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Too late');
    door.last = guest(2);
    await tick();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
