//! The program opens its window, with the link that it was opened with filled in; started again, it hands on to
//! the window that is there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { control } from './page.js';
import { PROGRAM, Window, until } from './webdriver.js';

const LINK = 'bilten:enrol/7K3M-Q0ZT-94AB/https://tickets.example.org/';
const OTHER = 'bilten:enrol/8N4P-R1ZV-05CD/https://tickets.example.org/';

/** @param {string} display */
export async function test(display) {
  const home = mkdtempSync(join(tmpdir(), 'bilten-window-'));
  const args = ['--home', home, '--key-file', join(home, 'keys')];
  const window = await Window.open(display, [...args, LINK]);
  try {
    await window.sees('Set up this device', 'h1');
    const field = await window.run(control, 'field', 'Enrolment code');
    assert.ok(field);
    await says(window, LINK);

    assert.equal(await again(display, [...args, OTHER]), 0);
    await says(window, OTHER);
    assert.equal(await again(display, [...args, 'bilten:nonsense']), 0);
    await window.sees('This is no enrolment code', '[role=alert]');
    await window.keep('link-refused');
    assert.equal(await again(display, args), 0);
    await says(window, OTHER);
    assert.deepEqual(await window.broken(), []);
  } finally {
    await window.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * @param {Window} window
 * @param {string} code what its first field comes to say
 */
async function says(window, code) {
  const told = () => window.run(() => document.querySelector('input')?.value);
  await until(`${code} in the field`, async () => (await told()) === code);
}

/**
 * Starts the program once more, as a system does for a link; how it ends.
 *
 * @param {string} display
 * @param {string[]} args
 */
export async function again(display, args) {
  const program = spawn(PROGRAM, args, { env: { ...process.env, DISPLAY: display } });
  const [code] = await once(program, 'exit');
  return code;
}
