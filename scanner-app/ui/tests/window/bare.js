//! A machine that has no key store, and a small disk that runs full at an open door.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Place } from '../browser/place.js';
import { buy, prepare } from './house.js';
import { check, look } from './looks.js';
import { begins } from './night.js';
import { Window, until } from './webdriver.js';

const PASSPHRASE = 'north gate at night';
/** No bus of a session, so no key store. */
const NO_KEY_STORE = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
/** Scans in which the log fills what the database had set aside. */
const MOST_SCANS = 5000;

/** @param {string} display */
export async function test(display) {
  const place = new Place();
  /** @type {Window[]} */
  const windows = [];
  /** @type {Disk | undefined} */
  let disk;
  try {
    await prepare(await place.open());
    const tickets = await buy(place, ['Ada Lovelace', 'Bruno Richter']);
    const home = join(place.folder, 'bare');
    disk = Disk.mount(home);
    const open = async () => {
      const window = await Window.open(display, ['--home', home], NO_KEY_STORE);
      windows.push(window);
      return window;
    };
    const first = await open();
    await choosesAPassphrase(first, place);
    await begins(first, place, place.url);
    assert.deepEqual(await first.broken(), []);
    await first.close();

    const window = await open();
    await opensByPassphrase(window);
    if (disk) await runsFull(window, disk, tickets);
    else console.log('window: bare: nobody may mount a disk here, so none ran full');
    assert.deepEqual(await window.broken(), []);
  } finally {
    for (const window of windows) await window.close();
    disk?.unmount();
    place.close();
  }
}

/**
 * A short one costs nothing: the code that comes with it is good afterwards.
 *
 * @param {Window} window
 * @param {Place} place
 */
async function choosesAPassphrase(window, place) {
  await window.sees('This machine has no key store');
  await window.fill('Enrolment code', await place.invite());
  await window.fill('Server address', place.url);
  await window.fill('Name of this device', 'North gate 1');
  await window.fill('Passphrase', 'short');
  await window.click('button', 'Set up');
  await until('the refusal of a short passphrase', () => window.run(isRefused));
  await look(window, 'enrol-passphrase');
  await window.fill('Passphrase', PASSPHRASE);
}

/** @param {Window} window */
async function opensByPassphrase(window) {
  await window.sees('Locked', 'h1');
  await window.fill('Passphrase', 'south gate at night');
  await window.click('button', 'Unlock');
  await window.sees('The passphrase is wrong.');
  await look(window, 'unlock-passphrase');
  await window.fill('Passphrase', PASSPHRASE);
  await window.click('button', 'Unlock');
  await window.sees('Scan', 'h1');
}

/**
 * Nobody is let in whose entry cannot be kept; with room again the door goes on.
 *
 * @param {Window} window
 * @param {Disk} disk
 * @param {import('../browser/place.js').Ticket[]} tickets
 */
async function runsFull(window, disk, [ada, bruno]) {
  assert.ok(ada && bruno);
  const { answer } = await window.request({ do: 'settings' });
  await window.request({ do: 'change_settings', ...answer.settings, admit_secs: 0 });
  await window.choose(ada.picture);
  await window.sees('Ada Lovelace', 'main[data-kind=admit]');
  await window.click('button', 'Next');
  disk.fill();
  let problem;
  for (let scans = 0; scans < MOST_SCANS && !problem; scans += 1) {
    problem = (await window.request({ do: 'scan_text', text: ada.code })).problem;
  }
  assert.equal(problem?.code, 'disk_full');
  await window.choose(bruno.picture);
  await window.sees('The disk is full: nobody can be let in by this device.');
  await check(window, 'disk-full');
  await window.go('ready');
  await window.sees('Almost no room on the disk');
  await check(window, 'ready-disk-full');

  disk.clear();
  await window.go('');
  await window.choose(bruno.picture);
  await window.sees('Bruno Richter', 'main[data-kind=admit]');
  await window.click('button', 'Next');
  await window.choose(ada.picture);
  await window.sees('Already used', 'main[data-kind=refuse]');
}

/** The field that is refused is marked. */
function isRefused() {
  const field = document.querySelector('input[type=password]');
  return field?.getAttribute('aria-invalid') === 'true';
}

/** A small disk in memory. */
class Disk {
  #path;
  #ballast;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
    this.#ballast = join(path, 'ballast');
  }

  /**
   * None where the system lets nobody mount one.
   *
   * @param {string} path
   */
  static mount(path) {
    mkdirSync(path);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'disk', path], { stdio: 'ignore' });
      return new Disk(path);
    } catch {
      return undefined;
    }
  }

  fill() {
    const file = openSync(this.#ballast, 'w');
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch (error) {
      assert.equal(/** @type {NodeJS.ErrnoException} */ (error).code, 'ENOSPC');
    } finally {
      closeSync(file);
    }
  }

  clear() {
    rmSync(this.#ballast);
  }

  unmount() {
    execFileSync('umount', ['--lazy', this.#path]);
  }
}
