//! What hands do at the screens, and what eyes wait for.
import assert from 'node:assert/strict';

/**
 * Goes to a page.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} path
 * @param {string} title
 */
export async function go(page, path, title) {
  await page.evaluate((path) => (location.hash = `#/${path}`), path);
  await heading(page, title);
}

/**
 * Goes to a page whose title is not known.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} path
 */
export async function turnTo(page, path) {
  await page.evaluate((path) => {
    document.querySelector('main')?.setAttribute('data-old', '');
    location.hash = `#/${path}`;
  }, path);
  await page.locator('main:not([data-old]) h1').waitFor();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
export async function heading(page, title) {
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).last().click();
}

/**
 * Waits for words that the screen raises its voice for.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} words
 */
export async function said(page, words) {
  await page.getByRole('alert').filter({ hasText: words }).first().waitFor();
}

/**
 * Waits for a verdict.
 *
 * @param {import('playwright-core').Page} page
 * @param {import('../../src/lib/verdict/view').Kind} kind
 * @param {string} words
 */
export async function verdict(page, kind, words) {
  await page.locator(`main[data-kind=${kind}]`, { hasText: words }).waitFor();
}

/**
 * Goes back to scanning.
 *
 * @param {import('playwright-core').Page} page
 */
export async function next(page) {
  await page.locator('main[data-kind] .next').click();
  await page.locator('main[data-kind]').waitFor({ state: 'detached' });
}

/**
 * Signs in by PIN.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} pin
 */
export async function enterPin(page, pin) {
  await page.locator('input[type=password]').last().fill(pin);
}

/** @param {import('playwright-core').Page} page */
export async function exchange(page) {
  const done = page.waitForResponse((answer) =>
    Boolean(answer.request().postData()?.includes('"sync_now"')),
  );
  await press(page, 'Send and fetch now');
  assert.equal((await done).status(), 200);
}

/**
 * Types as a hand scanner does: a key every two milliseconds, and Enter at each line's end.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} code
 */
export async function handScanner(page, code) {
  const session = await page.context().newCDPSession(page);
  const keys = [...code, '\n'].map((text) =>
    text === '\n' ? { key: 'Enter', text: '\r' } : { key: text, text },
  );
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
export function blank(words) {
  return words.replace(/\{/gu, '\u2068').replace(/\}/gu, '\u2069');
}
