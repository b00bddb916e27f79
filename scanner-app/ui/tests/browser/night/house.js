//! What happens beside the door: guests looked up, two doors that disagree, tickets sold, a device left alone.
import assert from 'node:assert/strict';
import {
  blank,
  enterPin,
  exchange,
  go,
  handScanner,
  heading,
  next,
  press,
  said,
  verdict,
} from '../hands.js';
import { DESK, look, PHONE, SIDEWAYS, SMALL } from '../looks.js';
import { PIN } from '../place.js';

/** @param {import('playwright-core').Page} page */
export async function looksGuestsUp(page) {
  await go(page, 'search', 'Find a guest');
  await page.getByRole('searchbox').fill('Ad');
  await press(page, 'Search');
  await said(page, 'Only a supervisor may do this.');
  await look(page, 'search-refused', [PHONE]);
  await signsIn(page, 'Vera');
  await go(page, 'search', 'Find a guest');
  await page.getByRole('searchbox').fill('Ad');
  await press(page, 'Search');
  await said(page, blank('Type at least {3} letters'));
  await page.getByRole('searchbox').fill('lovelace');
  await press(page, 'Search');
  await page.getByText('One ticket found').waitFor();
  await look(page, 'search');
  await page.getByRole('link', { name: 'Ada Lovelace' }).click();
  await heading(page, 'Ada Lovelace');
  const history = page.locator('section', { has: page.getByText('History', { exact: true }) });
  await history.getByText(blank('Let through by {Vera}')).waitFor();
  assert.equal(await history.getByRole('listitem').count(), 3, 'let in, refused, let pass');
  await look(page, 'ticket');
  await go(page, 'room', 'People inside');
  await look(page, 'room');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {'Ana' | 'Vera'} name
 */
async function signsIn(page, name) {
  await go(page, 'operator', 'Who works here');
  await page.getByRole('radio', { name }).click();
  if (name === 'Vera') await enterPin(page, PIN);
  await look(page, `operator-${name}`, name === 'Vera' ? undefined : [PHONE]);
  await press(page, 'Sign in');
  await heading(page, 'Scan');
}

/**
 * Another door without a network lets the same guest in.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 */
export async function settlesAConflict(place, page) {
  const { chiara } = place.tickets;
  const named = ['--code', await place.invite(), '--name', 'South gate'];
  await place.scanner('south', ['enrol', '--server', place.url, ...named]);
  await place.scanner('south', ['sync']);
  await place.scanner('south', ['scan', chiara.picture]);
  await go(page, '', 'Scan');
  await handScanner(page, chiara.code);
  await verdict(page, 'admit', 'Chiara Conti');
  await next(page);
  await place.scanner('south', ['sync']);

  await go(page, 'sync', 'Network and device');
  await exchange(page);
  await page.getByText('The server is in reach').waitFor();
  await page.getByText('South gate').waitFor();
  await look(page, 'sync');
  await go(page, 'conflicts', 'Conflicts');
  const conflict = page.locator('section', { hasText: 'Chiara Conti' });
  await conflict.getByText('South gate').waitFor();
  await look(page, 'conflicts');
  await conflict.getByRole('button', { name: 'Settle' }).click();
  await page.getByRole('radio', { name: 'Copied ticket' }).click();
  await enterPin(page, PIN);
  await look(page, 'conflict-settle', [DESK, PHONE, SMALL, SIDEWAYS]);
  await page.getByRole('dialog').getByRole('button', { name: 'Settle' }).click();
  await conflict.waitFor({ state: 'detached' });
  await look(page, 'conflicts-none', [PHONE]);
}

/**
 * The box office sells what the organizer lent it.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 * @param {string} device
 */
export async function sellsATicket(place, page, device) {
  await go(page, 'office', 'Box office');
  await page.getByText('This device has no tickets to sell now').waitFor();
  await look(page, 'office-none', [PHONE]);
  const lease = { tiers: [{ tier: 2, places: 4 }], until: '2099-01-01T00:00:00Z' };
  await place.post(place.path(`devices/${device}/leases`), lease);
  await go(page, 'sync', 'Network and device');
  await exchange(page);
  await go(page, 'office', 'Box office');
  await page.getByRole('radio', { name: 'At the door' }).click();
  await press(page, 'More');
  await page.getByRole('radio', { name: 'In cash' }).click();
  await enterPin(page, PIN);
  await look(page, 'office');
  await press(page, blank('Take {€30.00} and sell'));
  await page.getByText(blank('{2} tickets sold – {€30.00}')).waitFor();
  assert.equal(await page.getByAltText('QR code of the ticket').count(), 2);
  await look(page, 'office-sold');
  // A ticket whose code nobody saw is shown again.
  await press(page, 'Next guest');
  const again = page.getByRole('button', { name: /^Show ticket/ });
  await again.nth(1).waitFor();
  await look(page, 'office-again', [PHONE]);
  await again.first().click();
  await page.getByAltText('QR code of the ticket').waitFor();
  await press(page, 'Back to the box office');
  await again.first().waitFor();
}

/**
 * A kiosk shows the door and nothing else, until a supervisor comes.
 *
 * @param {import('playwright-core').Page} page
 */
export async function standsAlone(page) {
  await turnsKiosk(page);
  await page.getByRole('switch', { name: 'Kiosk', checked: true }).waitFor();
  await signsIn(page, 'Ana');
  await page.getByRole('link', { name: 'Supervisor' }).waitFor();
  await look(page, 'kiosk');
  await page.evaluate(() => (location.hash = '#/settings'));
  await heading(page, 'Scan');
  await signsIn(page, 'Vera');
  await turnsKiosk(page);
  await page.getByRole('switch', { name: 'Kiosk', checked: false }).waitFor();
}

/** @param {import('playwright-core').Page} page */
async function turnsKiosk(page) {
  await go(page, 'settings', 'Settings');
  await page.getByRole('switch', { name: 'Kiosk' }).click();
}

/**
 * The program started twice: the second says that the first holds the data.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').BrowserContext} context
 */
export async function opensTwice(place, context) {
  const page = await context.newPage();
  await page.goto(await place.bridge('door'));
  await heading(page, 'The data cannot be opened');
  await look(page, 'failed');
  const asked = page.waitForRequest((request) => Boolean(request.postData()?.includes('"reopen"')));
  await press(page, 'Try again');
  await asked;
  await page.getByRole('alert').waitFor();
  await page.close();
}
