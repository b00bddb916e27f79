import { app } from '$lib/app/app.svelte';
import { overview, STAFF, STATION, SUPERVISOR } from '$lib/app/sample';
import { sample } from '$lib/verdict/sample';
import { words } from '$lib/words/words.svelte';
import { render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { door } from './door.svelte';
import ScanScreen from './ScanScreen.svelte';

/** What can be pressed beside the camera, whose own buttons come and go. */
function buttons(kiosk: boolean): string[] {
  const standing = overview({ station: STATION, operators: [SUPERVISOR, STAFF] });
  app.overview = { ...standing, settings: { ...standing.settings, kiosk } };
  render(ScanScreen);
  return screen
    .queryAllByRole('button')
    .map((button) => button.textContent?.trim() ?? '')
    .filter((name) => name !== 'Try again');
}

beforeEach(() => {
  words.language = 'en';
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no program')));
  door.last = sample({ fact: { actor: 'a', seq: 1 } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  app.overview = undefined;
  door.last = undefined;
});

describe('the scan page', () => {
  it('takes pictures and typed codes, and takes the last scan back', () => {
    expect(buttons(false)).toEqual(['Picture', 'Type code', 'Undo']);
  });

  it('of a kiosk has nothing for guests to help themselves', () => {
    expect(buttons(true)).toEqual([]);
  });
});
