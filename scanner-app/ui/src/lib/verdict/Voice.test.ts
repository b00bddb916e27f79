import { words } from '$lib/words/words.svelte';
import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sample } from './sample';
import Voice from './Voice.svelte';

const USED = { code: 'already_used', text: 'Already used', fields: [], parts: [] };
const refused = () =>
  sample({ outcome: 'refuse', ticket: null, reason: USED, todo: 'Call a supervisor.' });

beforeEach(() => {
  vi.useFakeTimers();
  words.language = 'en';
});
afterEach(() => {
  vi.useRealTimers();
});

it('is there before the first verdict and says the same words twice', async () => {
  const { container, rerender } = render(Voice, { shown: undefined });
  const region = container.querySelector('[aria-live=assertive]')!;
  const heard: string[] = [];
  for (const shown of [refused(), refused(), undefined]) {
    await rerender({ shown });
    heard.push(region.textContent ?? '');
    vi.runAllTimers();
    await tick();
    heard.push(region.textContent ?? '');
  }
  const said = 'STOP. Already used. Call a supervisor';
  expect(heard).toEqual(['', said, '', said, '', '']);
  expect(container.contains(region)).toBe(true);
});
