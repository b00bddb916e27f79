//! From an empty device to an open door.
import assert from 'node:assert/strict';
import { blank, heading, press, said } from '../hands.js';
import { look, PHONE, SIDEWAYS, SMALL } from '../looks.js';

/**
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 */
export async function beginsTheNight(place, page) {
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
  await look(page, 'enrol-refused', [PHONE]);
  await page.getByLabel('Enrolment code').fill((await place.invite()).toLowerCase());
  await press(page, 'Set up');

  await heading(page, 'Where you scan');
  await page.getByRole('radio', { name: 'North gate' }).click();
  await look(page, 'station-first');
  await press(page, 'Start here');
  await heading(page, 'Ready to open?');
  await page.getByText(blank(`All {${place.sold}} tickets are here; last contact`)).waitFor();
  await page.getByText('Doors can open. Look at what is marked first.').waitFor();
  await page.getByText('The camera gave no picture.').waitFor();
  await look(page, 'ready');
  await page.getByRole('link', { name: 'Scan', exact: true }).first().click();
  await page.getByText('No camera found').waitFor();
  await look(page, 'scan');
  await look(page, 'scan', [SIDEWAYS]);
  const devices = await place.get('devices');
  return devices.find((/** @type {any} */ device) => device.name === 'North gate 1').id;
}

/**
 * A new device speaks the language of the machine.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Browser} browser
 */
export async function looksLikeThisInArabic(place, browser) {
  const context = await browser.newContext({ locale: 'ar-EG' });
  const page = await context.newPage();
  await page.goto(await place.bridge('arabic'));
  await page.locator('html[dir=rtl][lang=ar]').waitFor();
  await page.locator('main h1').waitFor();
  await look(page, 'ar-enrol', [PHONE, SMALL]);
  await context.close();
}
