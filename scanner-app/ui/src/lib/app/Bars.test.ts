import { words } from '$lib/words/words.svelte';
import { render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { app } from './app.svelte';
import Bars from './Bars.svelte';
import { overview, STATION } from './sample';

const children = createRawSnippet(() => ({ render: () => '<p>page</p>' }));
const BADGE = {
  online: false,
  busy: false,
  last_contact_at: null,
  trouble: null,
  unsent: 3,
  tickets: 10,
  downloading: true,
  open_conflicts: 0,
  clock_trusted: false,
  peers: 2,
};

beforeEach(() => {
  words.language = 'en';
  app.overview = overview({ station: STATION });
  app.badge = BADGE;
});
afterEach(() => {
  app.overview = undefined;
  app.badge = undefined;
});

it('tells screen readers of the network and not of every number', () => {
  render(Bars, { path: '/', children });
  expect(screen.getByRole('group').textContent).toContain('to send');
  expect(screen.getByRole('status').textContent?.trim()).toBe('Offline – scanning goes on');
});
