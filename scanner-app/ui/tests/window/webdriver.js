//! A real window of the real program, by the WebDriver of WebKitGTK, in plain HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../browser/place.js';
import { below } from './memory.js';
import { control, shows } from './page.js';

/** The folder of the workspace's programs. */
export const PROGRAMS =
  process.env['BILTEN_BIN'] ?? resolve(import.meta.dirname, '../../../../target/debug');
/** The program. */
export const PROGRAM = join(PROGRAMS, 'bilten-scanner');
/** Where pictures are kept, if anywhere. */
const KEPT = process.env['BILTEN_PICTURES'];
/** The longest that something may take on a busy machine. */
const PATIENCE_MS = 20_000;
/** The longest that the program may take to its window. */
const SLOWEST_START_MS = 60_000;
/** How WebDriver writes a reference to an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** @typedef {{ [ELEMENT]: string }} Element */
/** @typedef {'button' | 'link' | 'radio' | 'field'} Kind */

/** One window; `close` ends it and its driver. */
export class Window {
  #driver;
  #base;
  #said = '';
  #leave = () => this.kill();
  /** Milliseconds from the start of the process to a page that answers. */
  opened = 0;

  /**
   * @param {import('node:child_process').ChildProcess} driver
   * @param {string} base
   */
  constructor(driver, base) {
    this.#driver = driver;
    this.#base = base;
    // GTK speaks of what a bare machine lacks: told only where something failed.
    driver.stderr?.on('data', (said) => (this.#said += said));
    process.once('exit', this.#leave);
  }

  /**
   * Starts the program with `args` on a display.
   *
   * @param {string} display
   * @param {string[]} args
   * @param {Record<string, string>} [environment]
   */
  static async open(display, args, environment = {}) {
    const port = await freePort();
    const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        DISPLAY: display,
        // By this the window lets itself be driven; nothing else makes it.
        TAURI_WEBVIEW_AUTOMATION: 'true',
        BILTEN_SCAN_LOG: 'warn',
        ...environment,
      },
    });
    const window = new Window(driver, `http://127.0.0.1:${port}`);
    await until('the driver', () => window.#ask('GET', '/status').catch(() => undefined));
    const begin = performance.now();
    window.#base += `/session/${await window.#begin(args)}`;
    await until('the page', () => window.run(() => document.querySelector('h1') !== null));
    window.opened = performance.now() - begin;
    await window.run(watch);
    return window;
  }

  /**
   * Has the driver start the program; gives the name of the session. The driver waits for ever for a program that ended.
   *
   * @param {string[]} args
   * @returns {Promise<string>}
   */
  async #begin(args) {
    const capabilities = {
      alwaysMatch: { 'webkitgtk:browserOptions': { binary: PROGRAM, args } },
    };
    const late = AbortSignal.timeout(SLOWEST_START_MS);
    try {
      return (await this.#ask('POST', '/session', { capabilities }, late)).sessionId;
    } catch (error) {
      this.kill();
      throw new Error(`the window did not open\n${this.#said}`, { cause: error });
    }
  }

  /** The process that is the parent of the program. */
  get driver() {
    return this.#driver.pid ?? 0;
  }

  /** Closes the window, and waits for its processes to end by themselves. */
  async close() {
    const processes = below(this.driver).map(({ pid }) => pid);
    const alive = () => processes.filter((pid) => existsSync(`/proc/${pid}`));
    await this.#ask('DELETE', '').catch(() => undefined);
    await until('the end of the program', async () => alive().length === 0).catch((error) => {
      for (const pid of alive()) process.kill(pid, 'SIGKILL');
      throw error;
    });
    this.kill();
  }

  kill() {
    process.off('exit', this.#leave);
    this.#driver.kill('SIGKILL');
  }

  /**
   * Runs a function in the page; what it gives comes back as JSON. It sees nothing but its arguments.
   *
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => R} script
   * @param {A} args
   * @returns {Promise<R>}
   */
  async run(script, ...args) {
    const body = { script: `return (${script})(...arguments)`, args };
    return this.#ask('POST', '/execute/sync', body);
  }

  /**
   * Runs a function in the page that takes its time.
   *
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => Promise<R>} script
   * @param {A} args
   * @returns {Promise<R>}
   */
  async later(script, ...args) {
    const body = {
      script: `const done = arguments[arguments.length - 1];
        (${script})(...[...arguments].slice(0, -1))
          .then((got) => done({ got }), (error) => done({ error: String(error) }));`,
      args,
    };
    const { got, error } = await this.#ask('POST', '/execute/async', body);
    assert.equal(error, undefined);
    return got;
  }

  /**
   * Runs a library's text in the page.
   *
   * @param {string} script
   */
  async load(script) {
    await this.#ask('POST', '/execute/sync', { script, args: [] });
  }

  /**
   * Asks the program as the page does.
   *
   * @param {Record<string, unknown>} request
   * @returns {Promise<any>}
   */
  async request(request) {
    return this.later(async (request) => {
      const { invoke } = /** @type {any} */ (window).__TAURI_INTERNALS__;
      return invoke('request', { request }).then(
        (/** @type {unknown} */ answer) => ({ answer }),
        (/** @type {unknown} */ problem) => ({ problem }),
      );
    }, request);
  }

  /**
   * Clicks on what is named so.
   *
   * @param {Kind} kind
   * @param {string} name
   */
  async click(kind, name) {
    await this.#comes(`${kind} “${name}”`, async () => {
      const element = await this.#find(kind, name);
      if (!element) return false;
      // What is still moving or covered is tried again.
      return this.#ask('POST', `/element/${element[ELEMENT]}/click`, {}).then(
        () => true,
        () => false,
      );
    });
  }

  /**
   * Types into the field of that label, in place of what stands there.
   *
   * @param {string} name
   * @param {string} text
   */
  async fill(name, text) {
    const element = await this.#comes(`field “${name}”`, () => this.#find('field', name));
    await this.#ask('POST', `/element/${element[ELEMENT]}/clear`, {});
    await this.#ask('POST', `/element/${element[ELEMENT]}/value`, { text });
  }

  /**
   * Chooses a picture file, as a person would in the system's dialog.
   *
   * @param {string} path
   */
  async choose(path) {
    const element = await until('the file field', () =>
      this.run(() => document.querySelector('input[type=file]')),
    );
    const id = /** @type {Element} */ (/** @type {unknown} */ (element))[ELEMENT];
    await this.#ask('POST', `/element/${id}/value`, { text: path });
  }

  /**
   * Waits until the page shows words, in an element that `selector` finds.
   *
   * @param {string} words
   * @param {string} [selector]
   */
  async sees(words, selector = 'body') {
    await this.#comes(`“${words}” in ${selector}`, () => this.run(shows, selector, words));
  }

  /**
   * Waits for something; says what the window shows where it does not come.
   *
   * @template T
   * @param {string} what
   * @param {() => Promise<T | null | undefined | false>} attempt
   * @returns {Promise<T>}
   */
  async #comes(what, attempt) {
    return until(what, attempt).catch(async (error) => {
      await this.keep('failed');
      const text = await this.run(() => document.body.innerText);
      throw new Error(`${error.message}; the window shows:\n${text}\n${this.#said}`);
    });
  }

  /**
   * Goes to another page as a link does.
   *
   * @param {string} path behind `#`
   */
  async go(path) {
    await this.run((path) => {
      const link = document.createElement('a');
      link.href = `#/${path}`;
      document.body.append(link);
      link.click();
      link.remove();
    }, path);
  }

  /** @param {{ width: number, height: number }} size */
  async resize(size) {
    await this.#ask('POST', '/window/rect', size);
    await until(`a width of ${size.width}`, async () => {
      return (await this.run(() => innerWidth)) === size.width;
    });
  }

  /**
   * Keeps a picture of the window.
   *
   * @param {string} file
   */
  async keep(file) {
    if (!KEPT) return;
    mkdirSync(KEPT, { recursive: true });
    const picture = await this.#ask('GET', '/screenshot');
    writeFileSync(join(KEPT, `window-${file}.png`), Buffer.from(picture, 'base64'));
  }

  /** What broke in the page since it was opened. */
  async broken() {
    return this.run(() => /** @type {any} */ (window).broken);
  }

  /**
   * @param {Kind} kind
   * @param {string} name
   * @returns {Promise<Element | null>}
   */
  async #find(kind, name) {
    return /** @type {any} */ (await this.run(control, kind, name));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {AbortSignal | null} [signal]
   * @returns {Promise<any>}
   */
  async #ask(method, path, body, signal = null) {
    const response = await fetch(this.#base + path, {
      method,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = /** @type {any} */ (await response.json());
    assert.ok(response.ok, `${path}: ${value?.error}: ${value?.message}`);
    return value;
  }
}

/** Notes what breaks; runs in the page. */
function watch() {
  /** @type {string[]} */
  const broken = [];
  Object.assign(window, { broken });
  addEventListener('error', ({ message }) => broken.push(message));
  addEventListener('unhandledrejection', ({ reason }) => broken.push(String(reason)));
  document.addEventListener('securitypolicyviolation', (event) =>
    broken.push(`${event.violatedDirective} ${event.blockedURI}`),
  );
}

/**
 * Tries until something comes of it.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T | null | undefined | false>} attempt
 * @returns {Promise<T>}
 */
export async function until(what, attempt) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const got = await attempt();
    if (got) return got;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
