//! A night at a door, through the screens: a real browser, the real program behind it, a real server.
import assert from 'node:assert/strict';
import { browse } from './browser.js';
import { DESK, PHONE, keepAll, look, lookAt } from './looks.js';
import { Place } from './place.js';

const PIN = '483920';
const GUESTS = ['Ada Lovelace', 'Bruno Richter', 'Chiara Conti', 'Dana Levi'];
/** What is already there is shown at once; the longest that something may take on a busy machine. */
const PATIENCE_MS = 15_000;
/** Pages that are looked at in Arabic too. */
const PAGES = 'search room more conflicts operator station ready office report sync settings';

export async function test() {
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
    const [ada, bruno, chiara, dana] = await place.buy(GUESTS);
    assert.ok(ada && bruno && chiara && dana);
    const office = await beginsTheNight(place, page);
    await letsGuestsIn(page, ada, bruno);
    await looksGuestsUp(page);
    await settlesAConflict(place, page, chiara);
    await sellsATicket(place, page, office);
    await closesTheNight(page);
    await locks(page);
    await speaksArabic(page);
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
 * What the organizer sets up: tickets, a gate, people.
 *
 * @param {Place} place
 */
async function prepare(place) {
  await place.post(place.path('tiers'), { name: 'Standing', price_minor: 0 });
  await place.post(place.path('quotas'), { name: 'House', size: 100, tiers: [1] });
  await place.post(place.path('tiers'), { name: 'At the door', price_minor: 1500 });
  await place.post(place.path('quotas'), { name: 'Door', size: 10, tiers: [2] });
  await place.post(place.path('gates'), { name: 'North gate' });
  await place.post(place.path('operators'), { name: 'Ana', role: 'staff' });
  await place.post(place.path('operators'), { name: 'Vera', role: 'supervisor', pin: PIN });
}

/**
 * From an empty device to an open door.
 *
 * @param {Place} place
 * @param {import('playwright-core').Page} page
 */
async function beginsTheNight(place, page) {
  const open = await place.bridge('door');
  await page.goto(open);
  assert.equal(new URL(page.url()).search, '', 'the token does not stay in the address');
  await heading(page, 'Set up this device');
  await look(page, 'enrol');
  await page.getByLabel('Enrolment code').fill('AAAA-AAAA-AAAA');
  await page.getByLabel('Server address').fill(place.url);
  await page.getByLabel('Name of this device').fill('North gate 1');
  await press(page, 'Set up');
  await said(page, 'The server does not accept this code');
  await look(page, 'enrol-refused');
  await page.getByLabel('Enrolment code').fill((await place.invite()).toLowerCase());
  await press(page, 'Set up');

  await heading(page, 'Where you scan');
  await page.getByRole('radio', { name: 'North gate' }).click();
  await look(page, 'station-first');
  await press(page, 'Start here');
  await heading(page, 'Ready to open?');
  await page.getByText(blank('All {4} tickets are here.')).waitFor();
  await page.getByText('Ready to open', { exact: true }).waitFor();
  await look(page, 'ready-first');
  await page.getByRole('link', { name: 'Scan', exact: true }).first().click();
  await page.getByText('No camera found').waitFor();
  await look(page, 'scan');
  const devices = await place.get('devices');
  return devices.find((/** @type {any} */ device) => device.name === 'North gate 1').id;
}

/**
 * Codes that are typed, come from a hand scanner, or lie in a file.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('./place.js').Ticket} ada
 * @param {import('./place.js').Ticket} bruno
 */
async function letsGuestsIn(page, ada, bruno) {
  await press(page, 'Type code');
  await look(page, 'scan-type');
  await page.getByRole('dialog').getByLabel('Code').fill(ada.code);
  await press(page, 'Check code');
  await verdict(page, 'admit', 'Ada Lovelace');
  await page.locator('[data-kind]').waitFor({ state: 'detached' });
  await page.getByText('Last let pass:').waitFor();
  await staysUntilATap(page);

  await handScanner(page, ada.code);
  await verdict(page, 'refuse', 'used already');
  await look(page, 'verdict-refuse');
  await press(page, 'Override');
  await page.getByRole('radio', { name: 'The guest is known' }).click();
  await look(page, 'override');
  await page.getByLabel('The supervisor’s PIN').first().fill('111111');
  await press(page, 'Let pass');
  await said(page, 'The PIN is wrong.');
  await page.getByLabel('The supervisor’s PIN').first().fill(PIN);
  await press(page, 'Let pass');
  await verdict(page, 'admit', 'By a supervisor');
  await look(page, 'verdict-override');
  await press(page, 'Next');

  await page.locator('input[type=file]').setInputFiles(bruno.picture);
  await verdict(page, 'admit', 'Bruno Richter');
  await look(page, 'verdict-admit');
  await press(page, 'Undo');
  await page.getByText('Taken back: the guest has not entered.').waitFor();
  await press(page, 'Next');
  await handScanner(page, bruno.code);
  await verdict(page, 'admit', 'Bruno Richter');
  await press(page, 'Next');

  const at = bruno.code.length - 8;
  const other = bruno.code[at] === '0' ? '1' : '0';
  await handScanner(page, bruno.code.slice(0, at) + other + bruno.code.slice(at + 1));
  await verdict(page, 'refuse', '');
  await look(page, 'verdict-forged');
  await press(page, 'Next');
  await handScanner(page, 'https://elsewhere.example/ticket/1');
  await verdict(page, 'refuse', '');
  await press(page, 'Next');
}

/**
 * Verdicts stay until somebody taps.
 *
 * @param {import('playwright-core').Page} page
 */
async function staysUntilATap(page) {
  await go(page, 'settings', 'Settings');
  const stays = page.getByRole('radiogroup', { name: '“Let in” stays for' });
  await stays.getByRole('radio', { name: 'Until a tap' }).click();
  await stays.getByRole('radio', { name: 'Until a tap', checked: true }).waitFor();
  await look(page, 'settings');
  await go(page, '', 'Scan');
}

/**
 * @param {import('playwright-core').Page} page
 */
async function looksGuestsUp(page) {
  await go(page, 'search', 'Find a guest');
  await page.getByRole('searchbox').fill('Ad');
  await press(page, 'Search');
  await said(page, 'Only a supervisor may do this.');
  await signsIn(page);
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
  assert.equal(await history.getByRole('listitem').count(), 3, 'let in, refused, let pass');
  await history.getByText(blank('Let pass by {Vera}')).waitFor();
  await look(page, 'ticket');
  await go(page, 'room', 'People inside');
  await look(page, 'room');
}

/**
 * A supervisor.
 *
 * @param {import('playwright-core').Page} page
 */
async function signsIn(page) {
  await go(page, 'operator', 'Who works here');
  await page.getByRole('radio', { name: 'Vera' }).click();
  await page.getByLabel('PIN').first().fill(PIN);
  await look(page, 'operator');
  await press(page, 'Sign in');
  await heading(page, 'Scan');
}

/**
 * Another door without a network lets the same guest in.
 *
 * @param {Place} place
 * @param {import('playwright-core').Page} page
 * @param {import('./place.js').Ticket} chiara
 */
async function settlesAConflict(place, page, chiara) {
  const named = ['--code', await place.invite(), '--name', 'South gate'];
  await place.scanner('south', ['enrol', '--server', place.url, ...named]);
  await place.scanner('south', ['sync']);
  await place.scanner('south', ['scan', chiara.picture]);
  await go(page, '', 'Scan');
  await handScanner(page, chiara.code);
  await verdict(page, 'admit', 'Chiara Conti');
  await press(page, 'Next');
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
  await page.getByLabel('The supervisor’s PIN').first().fill(PIN);
  await look(page, 'conflict-settle');
  await page.getByRole('dialog').getByRole('button', { name: 'Settle' }).click();
  await conflict.waitFor({ state: 'detached' });
}

/**
 * The box office sells what the organizer lent it.
 *
 * @param {Place} place
 * @param {import('playwright-core').Page} page
 * @param {string} device
 */
async function sellsATicket(place, page, device) {
  await go(page, 'office', 'Box office');
  await page.getByText('This device may not sell tickets now').waitFor();
  await look(page, 'office-none');
  const lease = { tiers: [{ tier: 2, places: 4 }], until: '2099-01-01T00:00:00Z' };
  await place.post(place.path(`devices/${device}/leases`), lease);
  await go(page, 'sync', 'Network and device');
  await exchange(page);
  await go(page, 'office', 'Box office');
  await page.getByRole('radio', { name: 'At the door' }).click();
  await press(page, 'More');
  await page.getByRole('radio', { name: 'In cash' }).click();
  await page.getByLabel(blank('PIN of {Vera}')).first().fill(PIN);
  await look(page, 'office');
  await press(page, blank('Take {€30.00} and sell'));
  await page.getByText(blank('{2} tickets sold – {€30.00}')).waitFor();
  assert.equal(await page.getByAltText('QR code of the ticket').count(), 2);
  await look(page, 'office-sold');
}

/** @param {import('playwright-core').Page} page */
async function closesTheNight(page) {
  await go(page, 'report', 'Report of the night');
  await look(page, 'report');
  await press(page, 'Save table (CSV)');
  await page.getByText(/^Saved: .*\.csv/u).waitFor();
  await go(page, 'station', 'Where you scan');
  await press(page, 'Begin rehearsal');
  await page.getByRole('dialog').getByLabel('The supervisor’s PIN').first().fill(PIN);
  await page.getByRole('dialog').getByRole('button', { name: 'Begin rehearsal' }).click();
  await page.getByText('Rehearsal: nothing counts').waitFor();
  await look(page, 'rehearsal');
  await press(page, 'End rehearsal');
  await page.getByText('Rehearsal: nothing counts').waitFor({ state: 'detached' });
}

/** @param {import('playwright-core').Page} page */
async function locks(page) {
  await go(page, 'more', 'More');
  await look(page, 'more');
  await page.getByRole('button', { name: 'Lock' }).click();
  await heading(page, 'Locked');
  await page.reload();
  await heading(page, 'Locked');
  await page.getByRole('radio', { name: 'Vera' }).click();
  await page.getByLabel('PIN').first().fill(PIN);
  await look(page, 'unlock');
  await press(page, 'Unlock');
  await heading(page, 'Scan');
}

/**
 * Every page once more, right to left, in a hand by night.
 *
 * @param {import('playwright-core').Page} page
 */
async function speaksArabic(page) {
  await go(page, 'settings', 'Settings');
  await page.getByRole('radio', { name: 'العربية' }).click();
  await page.locator('html[dir=rtl][lang=ar]').waitFor();
  await page.getByRole('radio', { name: 'داكن', exact: true }).click();
  await page.locator('html[data-theme=dark]').waitFor();
  for (const path of PAGES.split(' ')) {
    await turnTo(page, path);
    await lookAt(page, `ar-${path}`, PHONE, 'light');
  }
  await turnTo(page, '');
  await handScanner(page, 'TK1:NOT A TICKET');
  await verdict(page, 'refuse', '');
  await lookAt(page, 'ar-verdict', PHONE, 'light');
}

/** @param {import('playwright-core').Page} page */
async function exchange(page) {
  const done = page.waitForResponse((answer) =>
    Boolean(answer.request().postData()?.includes('"sync_now"')),
  );
  await press(page, 'Exchange now');
  assert.equal((await done).status(), 200);
}

/**
 * Goes to a page whose title is not known.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} path
 */
async function turnTo(page, path) {
  await page.evaluate((path) => {
    document.querySelector('main')?.setAttribute('data-old', '');
    location.hash = `#/${path}`;
  }, path);
  await page.locator('main:not([data-old]) h1').waitFor();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} path
 * @param {string} title
 */
async function go(page, path, title) {
  await page.evaluate((path) => (location.hash = `#/${path}`), path);
  await heading(page, title);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
async function heading(page, title) {
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).last().click();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} words
 */
async function said(page, words) {
  await page.getByRole('alert').filter({ hasText: words }).first().waitFor();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {'admit' | 'refuse'} kind
 * @param {string} words
 */
async function verdict(page, kind, words) {
  await page.locator(`main[data-kind=${kind}]`, { hasText: words }).waitFor();
}

/**
 * Types as a hand scanner does: a key every two milliseconds, then Enter.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} code
 */
async function handScanner(page, code) {
  const session = await page.context().newCDPSession(page);
  const keys = [...[...code].map((text) => ({ key: text, text })), { key: 'Enter', text: '\r' }];
  const begin = Date.now() / 1000;
  await Promise.all(
    keys.flatMap((key, at) => {
      const timestamp = begin + at * 0.002;
      return [
        session.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp, ...key }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp, key: key.key }),
      ];
    }),
  );
  await session.detach();
}

/**
 * A sentence with its blanks as Fluent fills them in, each apart from the direction of the rest.
 *
 * @param {string} words
 */
function blank(words) {
  return words.replace(/\{/gu, '\u2068').replace(/\}/gu, '\u2069');
}
