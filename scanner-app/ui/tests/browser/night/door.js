//! What door staff do all night: codes that are typed, come from a hand scanner, or lie in a file.
import assert from 'node:assert/strict';
import { go, handScanner, heading, next, press, said, verdict } from '../hands.js';
import { DESK, look, PHONE, SIDEWAYS, SMALL } from '../looks.js';
import { PIN } from '../place.js';

const EVERY = [DESK, PHONE, SMALL, SIDEWAYS];

/**
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 */
export async function letsGuestsIn({ tickets: { ada, bruno } }, page) {
  await press(page, 'Type code');
  await look(page, 'scan-type');
  await page.getByRole('dialog').getByLabel('Code').fill(ada.code);
  await press(page, 'Check code');
  await verdict(page, 'admit', 'Ada Lovelace');
  await page.locator('[data-kind]').waitFor({ state: 'detached' });
  await page.getByText('Last let through:').waitFor();
  await staysUntilATap(page);

  await handScanner(page, ada.code);
  await verdict(page, 'refuse', 'used already');
  await look(page, 'verdict-refuse', EVERY);
  await letsPassAllTheSame(page);

  await page.locator('input[type=file]').setInputFiles(bruno.picture);
  await verdict(page, 'admit', 'Bruno Richter');
  await look(page, 'verdict-admit', EVERY);
  await press(page, 'Undo');
  await page.getByText('Taken back: the guest has not entered.').waitFor();
  await look(page, 'verdict-undone', [PHONE]);
  await next(page);
  const picture = page.getByRole('button', { name: 'Picture' });
  await picture.focus();
  await handScanner(page, bruno.code);
  await verdict(page, 'admit', 'Bruno Richter');
  await next(page);
  assert.ok(await picture.evaluate((button) => button === document.activeElement), 'focus is back');

  const at = bruno.code.length - 8;
  const other = bruno.code[at] === '0' ? '1' : '0';
  const forged = bruno.code.slice(0, at) + other + bruno.code.slice(at + 1);
  await handScanner(page, forged);
  await verdict(page, 'refuse', 'Forged or damaged ticket');
  await look(page, 'verdict-forged', [PHONE, SMALL]);
  await next(page);
  await handScanner(page, `${forged}\nhttps://elsewhere.example/ticket/1`);
  await verdict(page, 'refuse', 'Not a ticket');
  await look(page, 'verdict-stranger', [PHONE]);
  await page.locator('main[data-kind] .next').click();
  await verdict(page, 'refuse', 'Forged or damaged ticket');
  await next(page);
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

/** @param {import('playwright-core').Page} page */
async function letsPassAllTheSame(page) {
  await press(page, 'Override');
  await page.getByRole('radio', { name: 'The guest is known' }).click();
  await look(page, 'override', EVERY);
  await page.getByLabel('The supervisor’s PIN').first().fill('111111');
  await press(page, 'Let through');
  await said(page, 'The PIN is wrong.');
  await look(page, 'override-refused', [PHONE]);
  await page.getByLabel('The supervisor’s PIN').first().fill(PIN);
  await press(page, 'Let through');
  await verdict(page, 'admit', 'By a supervisor');
  await look(page, 'verdict-override', EVERY);
  await next(page);
}

/**
 * A group of which one stays at home, and a guest who is asked something.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 */
export async function asksBeforeItLetsIn({ tickets: { family, crew } }, page) {
  await handScanner(page, family.code);
  await verdict(page, 'confirm', 'Dana Levi');
  await look(page, 'verdict-confirm', EVERY);
  await press(page, 'Fewer');
  await press(page, 'Confirm');
  await verdict(page, 'admit', 'Dana Levi');
  await look(page, 'verdict-group', [PHONE, SMALL]);
  await next(page);

  await handScanner(page, crew.code);
  await verdict(page, 'ask', 'Which colour is the wristband?');
  await look(page, 'verdict-ask', EVERY);
  await page.getByText('Green', { exact: true }).click();
  await press(page, 'Answer');
  await verdict(page, 'admit', 'Maximiliane');
  await look(page, 'verdict-attention', EVERY);
  await next(page);
}

/**
 * The door turned round.
 *
 * @param {import('../place.js').Place} place
 * @param {import('playwright-core').Page} page
 */
export async function letsGuestsOut({ tickets: { bruno } }, page) {
  await faces(page, 'Out');
  await handScanner(page, bruno.code);
  await verdict(page, 'leave', 'Bruno Richter');
  await look(page, 'verdict-leave', EVERY);
  await next(page);
  await faces(page, 'In');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {'In' | 'Out'} direction
 */
async function faces(page, direction) {
  await go(page, 'station', 'Where you scan');
  await page.getByRole('radio', { name: direction, exact: true }).click();
  await press(page, 'Start here');
  await heading(page, 'Scan');
}
