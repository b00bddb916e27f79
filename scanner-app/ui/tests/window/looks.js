//! How a screen looks in the window: by day, by night, in Arabic, in a hand.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AXE } from '../browser/browser.js';
import { SMALLEST_TARGET, faults } from '../browser/looks.js';
import { until } from './webdriver.js';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
/** Each is a setting of the program and a size of the window. */
export const LOOKS = [
  { name: 'dark', settings: { theme: 'dark', language: 'en' }, size: DESK },
  { name: 'arabic', settings: { theme: 'light', language: 'ar' }, size: DESK },
  { name: 'phone', settings: { theme: 'light', language: 'de' }, size: PHONE },
  { name: 'light', settings: { theme: 'light', language: 'en' }, size: DESK },
];

/**
 * Looks at the window as it stands in every look, and leaves it in the last.
 *
 * @param {import('./webdriver.js').Window} window
 * @param {string} name
 */
export async function look(window, name) {
  for (const look of LOOKS) {
    await dress(window, look);
    await check(window, `${name}-${look.name}`);
  }
}

/**
 * Has the window look so.
 *
 * @param {import('./webdriver.js').Window} window
 * @param {(typeof LOOKS)[number]} look
 */
export async function dress(window, look) {
  const { answer } = await window.request({ do: 'settings' });
  await window.request({ do: 'change_settings', ...answer.settings, ...look.settings });
  await window.resize(look.size);
  await until(`the look ${look.name}`, () => window.run(isDressed, look.settings));
}

/**
 * No barrier that axe finds, nothing misplaced, and a picture to keep.
 *
 * @param {import('./webdriver.js').Window} window
 * @param {string} file
 */
export async function check(window, file) {
  await window.later(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  await window.keep(file);
  assert.deepEqual(await window.run(faults, SMALLEST_TARGET), [], file);
  assert.deepEqual(await axe(window), [], file);
}

/** @param {{ theme: string, language: string }} settings */
function isDressed({ theme, language }) {
  const root = document.documentElement;
  return root.dataset['theme'] === theme && root.lang === language;
}

/**
 * What axe finds wrong with the window as it stands, a line each.
 *
 * @param {import('./webdriver.js').Window} window
 * @returns {Promise<string[]>}
 */
async function axe(window) {
  if (!(await window.run(() => 'axe' in globalThis))) await window.load(readFileSync(AXE, 'utf8'));
  return window.later(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, {
      resultTypes: ['violations'],
      preload: false,
    });
    return violations.flatMap((/** @type {any} */ found) =>
      found.nodes.map((/** @type {any} */ node) => `${found.id}: ${node.target.join(' ')}`),
    );
  });
}
