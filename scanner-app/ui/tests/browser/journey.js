//! A night at a door, through the screens: a real browser, the real program behind it, a real server.
import assert from 'node:assert/strict';
import { browse } from './browser.js';
import { begin, DESK, keepAll } from './looks.js';
import { beginsTheNight, looksLikeThisInArabic } from './night/begin.js';
import { asksBeforeItLetsIn, letsGuestsIn, letsGuestsOut } from './night/door.js';
import { closesTheNight, locks, speaksArabic, thinksAgain } from './night/end.js';
import {
  looksGuestsUp,
  opensTwice,
  sellsATicket,
  settlesAConflict,
  standsAlone,
} from './night/house.js';
import { PIN, Place } from './place.js';

/** What is already there is shown at once; the longest that something may take on a busy machine. */
const PATIENCE_MS = 20_000;

export async function test() {
  begin();
  const place = new Place();
  const browser = await browse();
  try {
    await prepare(await place.open());
    const context = await browser.newContext({ viewport: DESK, locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    /** @type {string[]} */
    const broken = [];
    page.on('pageerror', (error) => broken.push(error.message));
    page.on('console', (said) => {
      if (said.type() === 'error' && !said.text().includes('422')) broken.push(said.text());
    });
    await looksLikeThisInArabic(place, browser);
    const device = await beginsTheNight(place, page);
    await letsGuestsIn(place, page);
    await asksBeforeItLetsIn(place, page);
    await letsGuestsOut(place, page);
    await looksGuestsUp(page);
    await settlesAConflict(place, page);
    await sellsATicket(place, page, device);
    await standsAlone(page);
    await opensTwice(place, context);
    await closesTheNight(page);
    await thinksAgain(page);
    await locks(page);
    await speaksArabic(place, page);
    assert.deepEqual(broken, []);
  } catch (error) {
    await keepAll(browser, 'failed');
    throw error;
  } finally {
    await browser.close();
    place.close();
  }
}

/**
 * What the organizer sets up: tickets, questions, a gate, people.
 *
 * @param {Place} place
 */
async function prepare(place) {
  const tiers = [
    { name: 'Standing', price_minor: 0 },
    { name: 'At the door', price_minor: 1500 },
    { name: 'Family', price_minor: 0, group_size: 4 },
    { name: 'Backstage', price_minor: 0, attention: true },
  ];
  for (const tier of tiers) await place.post(place.path('tiers'), tier);
  await place.post(place.path('quotas'), { name: 'House', size: 100, tiers: [1, 3, 4] });
  await place.post(place.path('quotas'), { name: 'Door', size: 10, tiers: [2] });
  await place.post(place.path('questions'), {
    text: 'Which colour is the wristband?',
    required: true,
    at_checkin: true,
    kind: { one_of: ['Red', 'Green'] },
    tiers: [4],
  });
  await place.post(place.path('gates'), { name: 'North gate' });
  await place.post(place.path('operators'), { name: 'Ana', role: 'staff' });
  await place.post(place.path('operators'), { name: 'Vera', role: 'supervisor', pin: PIN });
  await place.sell({
    ada: [1, 'Ada Lovelace'],
    bruno: [1, 'Bruno Richter'],
    chiara: [1, 'Chiara Conti'],
    layla: [1, 'ليلى حداد'],
    family: [3, 'Dana Levi'],
    relatives: [3, 'Youssef Haddad'],
    crew: [4, 'Maximiliane von Hohenstein-Oberwartenburg'],
  });
}
