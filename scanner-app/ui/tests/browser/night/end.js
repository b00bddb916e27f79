//! How a night ends: the report, a rehearsal of the next one, the lock; and everything once more from right to left.
import assert from 'node:assert/strict';
import { enterPin, go, handScanner, heading, press, turnTo, verdict } from '../hands.js';
import { DESK, look, PHONE, SIDEWAYS } from '../looks.js';
import { PIN } from '../place.js';

/** How often something was refused this night; two codes in a row are two. */
const REFUSED = { 'Forged or damaged ticket': 2, 'Not a ticket': 1, 'Already used': 1 };
/** Pages that are looked at in Arabic too. */
const PAGES = 'search room more conflicts operator station ready office report sync settings';
/** A hand, and a desk where the ways stand on the other side. */
const MIRRORED = [
  { ...PHONE, theme: /** @type {const} */ ('light') },
  { ...DESK, theme: /** @type {const} */ ('dark') },
];

/** @param {import('playwright-core').Page} page */
export async function closesTheNight(page) {
  await go(page, 'report', 'Report of the night');
  const refused = page.locator('section', { hasText: 'Refused here, by reason' });
  for (const [reason, count] of Object.entries(REFUSED)) {
    await refused.getByText(new RegExp(`^${reason}\\s*${count}$`, 'u')).waitFor();
  }
  await look(page, 'report');
  await press(page, 'Save table (CSV)');
  await page.getByText(/^Saved: .*\.csv/u).waitFor();
  await go(page, 'station', 'Where you scan');
  await press(page, 'Begin rehearsal');
  await enterPin(page, PIN);
  await look(page, 'rehearsal-begin', [DESK, PHONE]);
  await page.getByRole('dialog').getByRole('button', { name: 'Begin rehearsal' }).click();
  await page.getByText('Rehearsal: nothing counts').waitFor();
  await look(page, 'rehearsal');
  await press(page, 'End rehearsal');
  await page.getByText('Rehearsal: nothing counts').waitFor({ state: 'detached' });
}

/**
 * Nobody deletes a night by one touch.
 *
 * @param {import('playwright-core').Page} page
 */
export async function thinksAgain(page) {
  await go(page, 'settings', 'Settings');
  await press(page, 'Delete everything');
  await page.getByRole('dialog', { name: 'Delete everything on this device?' }).waitFor();
  await look(page, 'wipe');
  await press(page, 'Cancel');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** @param {import('playwright-core').Page} page */
export async function locks(page) {
  await go(page, 'more', 'More');
  await look(page, 'more');
  await page.getByRole('button', { name: 'Lock' }).click();
  await heading(page, 'Locked');
  await page.reload();
  await heading(page, 'Locked');
  await page.getByRole('radio', { name: 'Vera' }).click();
  await enterPin(page, PIN);
  await look(page, 'unlock');
  await press(page, 'Unlock');
  await heading(page, 'Scan');
}

/**
 * Every page and every kind of verdict once more.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 */
export async function speaksArabic({ tickets: { ada, layla, relatives } }, page) {
  await go(page, 'settings', 'Settings');
  await page.getByRole('radio', { name: 'العربية' }).click();
  await page.locator('html[dir=rtl][lang=ar]').waitFor();
  for (const path of PAGES.split(' ')) {
    await turnTo(page, path);
    await look(page, `ar-${path}`, MIRRORED);
  }
  await turnTo(page, '');
  await look(page, 'ar-scan', MIRRORED);
  await isAtTheRightHand(page);
  const again = 'main[data-kind] .next';
  await handScanner(page, layla.code);
  await verdict(page, 'admit', 'ليلى حداد');
  await look(page, 'ar-verdict-admit', [...MIRRORED, SIDEWAYS]);
  await page.locator(again).click();
  await handScanner(page, ada.code);
  await verdict(page, 'refuse', 'Ada Lovelace');
  await look(page, 'ar-verdict-refuse', [...MIRRORED, SIDEWAYS]);
  await page.locator(again).click();
  await handScanner(page, relatives.code);
  await verdict(page, 'confirm', 'Youssef Haddad');
  await look(page, 'ar-verdict-confirm', [...MIRRORED, SIDEWAYS]);
  await page.locator('main[data-kind] .stop').click();
  await page.locator('main[data-kind]').waitFor({ state: 'detached' });
  await turnTo(page, 'settings');
  await page.getByRole('radio', { name: 'English' }).click();
  await page.locator('html[dir=ltr][lang=en]').waitFor();
}

/**
 * The ways lie on the right for the right hand, as in every language.
 *
 * @param {import('playwright-core').Page} page
 */
async function isAtTheRightHand(page) {
  const left = (/** @type {string} */ which) =>
    page
      .locator(which)
      .first()
      .evaluate((element) => element.getBoundingClientRect().left);
  assert.ok((await left('nav')) > (await left('main')), 'the ways are on the right');
}
