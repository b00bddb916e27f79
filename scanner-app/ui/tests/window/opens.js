//! The program opens its window, with the link that it was opened with filled in.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { control } from './page.js';
import { Window } from './webdriver.js';

const LINK = 'bilten:enrol/7K3M-Q0ZT-94AB/https://tickets.example.org/';

/** @param {string} display */
export async function test(display) {
  const home = mkdtempSync(join(tmpdir(), 'bilten-window-'));
  const window = await Window.open(display, [
    '--home',
    home,
    '--key-file',
    join(home, 'keys'),
    LINK,
  ]);
  try {
    await window.sees('Set up this device', 'h1');
    const field = await window.run(control, 'field', 'Enrolment code');
    assert.ok(field);
    const text = await window.run(() => document.querySelector('input')?.value);
    assert.equal(text, LINK);
    assert.deepEqual(await window.broken(), []);
  } finally {
    await window.close();
    rmSync(home, { recursive: true, force: true });
  }
}
