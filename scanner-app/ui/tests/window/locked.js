//! A machine whose key store is locked when the app starts, as after a screen that was locked for long.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Place } from '../browser/place.js';
import { buy, prepare } from './house.js';
import { look } from './looks.js';
import { begins } from './night.js';
import { Window, until } from './webdriver.js';

const SECRETS = 'org.freedesktop.secrets';
/** A bus on which nothing starts by itself: a key store that did would be one without a password. */
const BUS = `<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>`;
const LOGIN = '/org/freedesktop/secrets/collection/login';

/** @param {string} display */
export async function test(display) {
  const place = new Place();
  /** @type {Window[]} */
  const windows = [];
  const session = await Session.begin(join(place.folder, 'person'));
  try {
    await prepare(await place.open());
    const [ada] = await buy(place, ['Ada Lovelace']);
    assert.ok(ada);
    await session.unlock();
    const open = async () => {
      const home = ['--home', join(place.folder, 'door')];
      const window = await Window.open(display, home, session.environment);
      windows.push(window);
      return window;
    };
    const first = await open();
    await begins(first, place, place.url);
    assert.deepEqual(await first.broken(), []);
    await first.close();

    session.lock();
    const window = await open();
    await window.sees('The data cannot be opened', 'h1');
    await window.sees('The system’s key store is locked');
    await look(window, 'failed-key-store');
    await window.click('button', 'Try again');
    await window.sees('The system’s key store is locked');

    await session.unlock();
    await window.click('button', 'Try again');
    await window.sees('Scan', 'h1');
    await window.choose(ada.picture);
    await window.sees('Ada Lovelace', 'main[data-kind=admit]');
    assert.deepEqual(await window.broken(), []);
  } finally {
    for (const window of windows) await window.close();
    session.end();
    place.close();
  }
}

/** The session of a person who signed in: a bus and a key store of its own. */
class Session {
  #bus;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #keys;
  #leave = () => this.end();
  /** @type {Record<string, string>} */
  environment;

  /**
   * @param {import('node:child_process').ChildProcess} bus
   * @param {string} address
   * @param {string} home
   */
  constructor(bus, address, home) {
    this.#bus = bus;
    this.environment = { DBUS_SESSION_BUS_ADDRESS: address, HOME: home, XDG_RUNTIME_DIR: home };
    process.once('exit', this.#leave);
  }

  /**
   * Starts the bus.
   *
   * @param {string} home
   */
  static async begin(home) {
    mkdirSync(home, { mode: 0o700 });
    const config = join(home, 'bus.xml');
    writeFileSync(config, BUS);
    const bus = spawn('dbus-daemon', ['--config-file', config, '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home },
    });
    const address = await new Promise((done, failed) => {
      bus.once('error', failed);
      createInterface({ input: bus.stdout }).once('line', done);
    });
    return new Session(bus, address, home);
  }

  /** Starts the key store anew with its password, as signing in does. */
  async unlock() {
    this.#keys?.kill('SIGKILL');
    const command = ['--unlock', '--foreground', '--components=secrets'];
    this.#keys = spawn('gnome-keyring-daemon', command, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, ...this.environment },
    });
    this.#keys.stdin?.end('secret');
    await until('the key store', async () => this.#isOpen());
  }

  /** Locks it, as a screen does that was locked for long. */
  lock() {
    this.#call('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', `['${LOGIN}']`);
  }

  end() {
    process.off('exit', this.#leave);
    this.#keys?.kill('SIGKILL');
    this.#bus.kill('SIGKILL');
  }

  #isOpen() {
    try {
      const of = ['org.freedesktop.Secret.Collection', 'Locked'];
      return this.#call(LOGIN, 'org.freedesktop.DBus.Properties.Get', ...of).includes('false');
    } catch {
      return false;
    }
  }

  /**
   * Calls a method of the key store; gives what it answers, as text.
   *
   * @param {string} object
   * @param {string} method
   * @param {string[]} args
   */
  #call(object, method, ...args) {
    const call = ['call', '--session', '--dest', SECRETS, '--object-path', object];
    return execFileSync('gdbus', [...call, '--method', method, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...this.environment },
    }).toString();
  }
}
