//! How a screen looks: no barrier that axe finds, nothing wider than the window, and a picture to keep.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe } from './browser.js';

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** Where pictures are kept, if anywhere. */
const KEPT = process.env['BILTEN_PICTURES'];

let looked = 0;

/**
 * Looks at the page as it stands, in turns on a desk by day and in a hand by night.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function look(page, name) {
  looked += 1;
  if (looked % 2 === 1) return lookAt(page, name, DESK, 'light');
  await lookAt(page, name, PHONE, 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESK);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {{ width: number, height: number }} size
 * @param {'light' | 'dark'} colorScheme
 */
export async function lookAt(page, name, size, colorScheme) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(size);
  const file = `${name}-${size.width}-${colorScheme}`;
  await keep(page, file);
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(wider <= 0, `${file}: ${wider} pixels are beside the window`);
  assert.deepEqual(await axe(page), [], file);
}

/**
 * Keeps a picture of every page that a browser shows.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} name
 */
export async function keepAll(browser, name) {
  for (const context of browser.contexts()) {
    for (const [at, page] of context.pages().entries()) await keep(page, `${name}-${at}`);
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} file
 */
async function keep(page, file) {
  if (!KEPT) return;
  mkdirSync(KEPT, { recursive: true });
  await page.screenshot({ path: join(KEPT, `${file}.png`), fullPage: true });
}
