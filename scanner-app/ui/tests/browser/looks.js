//! How a screen looks: no barrier that axe finds, nothing cut off, nothing wider than the window, nothing
//! too small for a glove; and pictures of it to be looked at.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { axe } from './browser.js';

/**
 * A window and the colours in it.
 *
 * @typedef {{ width: number, height: number, theme: 'light' | 'dark' | 'contrast' | 'dark_room' }} Look
 */

/** @type {Look} */
export const DESK = { width: 1280, height: 800, theme: 'light' };
/** @type {Look} */
export const PHONE = { width: 390, height: 844, theme: 'dark' };
/** The smallest phone; in the sun. @type {Look} */
export const SMALL = { width: 360, height: 640, theme: 'contrast' };
/** A phone on its side, in a hall where eyes are used to the dark. @type {Look} */
export const SIDEWAYS = { width: 844, height: 390, theme: 'dark_room' };

/** Where pictures are kept; they are not part of the sources. */
const KEPT = process.env['BILTEN_PICTURES'] ?? resolve(import.meta.dirname, '../../pictures');
/** The least height and width of what is pressed, in CSS pixels. */
export const SMALLEST_TARGET = 44;

/** Begins with no pictures of another time. */
export function begin() {
  rmSync(KEPT, { recursive: true, force: true });
  mkdirSync(KEPT, { recursive: true });
}

/**
 * Looks at the page as it stands: on a desk by day, in a hand by night, on the smallest phone.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name
 * @param {Look[]} [looks]
 */
export async function look(page, name, looks = [DESK, PHONE, SMALL]) {
  for (const [at, one] of looks.entries()) {
    const file = `${name}-${one.width}-${one.theme}`;
    await dress(page, one);
    assert.deepEqual(await page.evaluate(faults, SMALLEST_TARGET), [], file);
    // The order of things is the same in every look; colours are held by the themes' own test too.
    if (at === 0 || at === looks.length - 1) assert.deepEqual(await axe(page), [], file);
    await keep(page, file);
  }
  await dress(page, DESK);
}

/**
 * Gives the page its size and its colours.
 *
 * @param {import('playwright-core').Page} page
 * @param {Look} look
 */
async function dress(page, { width, height, theme }) {
  const colorScheme = theme === 'light' ? 'light' : 'dark';
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height });
  await page.evaluate((theme) => (document.documentElement.dataset['theme'] = theme), theme);
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
 * A picture of the whole page, in a window as high as it; of what covers the page, as it stands.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} file
 */
async function keep(page, file) {
  const size = page.viewportSize() ?? DESK;
  const covered = await page.locator('main[data-kind], [role=dialog]').count();
  const height = covered ? 0 : await page.evaluate(() => document.documentElement.scrollHeight);
  if (height > size.height) await page.setViewportSize({ width: size.width, height });
  await page.screenshot({ path: join(KEPT, `${file}.png`) });
  await page.setViewportSize(size);
}

/**
 * What is wrong with where things stand, a line each. It is sent to the page as its text, so it stands alone.
 *
 * @param {number} least
 * @returns {string[]}
 */
export function faults(least) {
  const root = document.documentElement;
  const wider = root.scrollWidth - root.clientWidth;
  const found = wider > 0 ? [`${wider} pixels are beside the window`] : [];
  const name = (/** @type {Element} */ element) =>
    `${element.localName} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
  const seen = [...document.body.querySelectorAll('*')].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest('[inert], [aria-hidden=true], .sr-only, #svelte-announcer'),
  );
  const pressed = 'button, a[href], input, select, textarea, [role=radio], [role=switch]';
  for (const element of seen) {
    const box = element.getBoundingClientRect();
    if (element.matches(pressed)) {
      const target = element.closest('label')?.getBoundingClientRect() ?? box;
      if (target.width > 1 && Math.min(target.width, target.height) < least)
        found.push(`too small: ${name(element)}`);
    }
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    );
    if (!own) continue;
    const { overflowX } = getComputedStyle(element);
    if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
      found.push(`cut off: ${name(element)}`);
    if (box.left < -1 || box.right > root.clientWidth + 1) found.push(`outside: ${name(element)}`);
  }
  for (const element of document.querySelectorAll('main[data-kind] h1, main[data-kind] .next')) {
    const { top, bottom } = element.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight + 1) found.push(`not in view: ${name(element)}`);
  }
  return found;
}
