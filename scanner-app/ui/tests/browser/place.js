//! A real server with an event on sale, and real devices, in a folder that goes away.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const PROGRAMS =
  process.env['BILTEN_BIN'] ?? resolve(import.meta.dirname, '../../../../target/debug');
const SCREENS = resolve(import.meta.dirname, '../../build');
/** Of the supervisor. */
export const PIN = '483920';
const OWNER = { email: 'owner@example.org', password: 'a long demo password' };
const PATIENCE_MS = 30_000;
/** Ours is the tests': nothing of it is a setting of the programs. */
const ENVIRONMENT = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^BILTEN|^DATABASE_URL$/u.test(name)),
  ),
  BILTEN_LOG: 'warn',
};

/** @typedef {'ada' | 'bruno' | 'chiara' | 'layla' | 'family' | 'relatives' | 'crew'} Guest */
/** @typedef {{ code: string, picture: string }} Ticket */

/** Everything that one journey needs; `close` ends the processes and deletes the folder. */
export class Place {
  folder = mkdtempSync(join(tmpdir(), 'bilten-browser-'));
  url = '';
  event = '';
  timeZone = 'Europe/Belgrade';
  /** The guests' tickets. @type {Record<Guest, Ticket>} */
  tickets = /** @type {any} */ ({});
  #token = '';
  /** @type {import('node:child_process').ChildProcess[]} */
  #running = [];
  #leave = () => this.close();

  constructor() {
    process.once('exit', this.#leave);
  }

  /** Opens a server with an organizer and an event. */
  async open() {
    const data = ['--data', join(this.folder, 'server')];
    const create = ['organizer', 'create', '--name', 'Demo Nights', '--email', OWNER.email];
    await run('bilten', [...data, ...create], `${OWNER.password}\n`);
    const listen = `127.0.0.1:${await freePort()}`;
    await this.#start('bilten', [...data, 'serve', '--listen', listen]);
    this.url = `http://${listen}`;
    this.#token = (await this.post('/api/v1/sessions', OWNER)).token;
    const event = {
      name: 'Harbour Lights',
      time_zone: this.timeZone,
      currency: 'EUR',
      state: 'on_sale',
    };
    this.event = (await this.post('/api/v1/events', event)).id;
    return this;
  }

  /** Ends what runs, as a power cut would. */
  close() {
    process.off('exit', this.#leave);
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {Record<string, string>} [headers]
   */
  async post(path, body, headers = {}) {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#bearer(), ...headers },
      body: JSON.stringify(body),
    });
  }

  /** @param {string} below */
  async get(below) {
    return this.#ask(this.path(below), { headers: this.#bearer() });
  }

  /**
   * The path of something below the event.
   *
   * @param {string} below
   */
  path(below) {
    return `/api/v1/events/${this.event}/${below}`;
  }

  /**
   * Gives each guest a free ticket.
   *
   * @param {Partial<Record<Guest, [tier: number, name: string]>>} guests
   */
  async sell(guests) {
    for (const [guest, [tier, name]] of Object.entries(guests)) {
      const order = await this.post(
        this.path('orders'),
        { positions: [{ tier, quantity: 1, attendees: [name] }], email: 'guest@example.org', name },
        { 'idempotency-key': guest },
      );
      const headers = { authorization: `Bearer ${order.secret}` };
      const below = `/api/v1/positions/${order.positions[0].id}/ticket`;
      const { code } = await this.#ask(below, { headers });
      const png = await fetch(`${this.url}${below}.png`, { headers });
      const picture = join(this.folder, `${guest}.png`);
      writeFileSync(picture, Buffer.from(await png.arrayBuffer()));
      this.tickets[/** @type {Guest} */ (guest)] = { code, picture };
    }
  }

  /** How many tickets there are. */
  get sold() {
    return Object.keys(this.tickets).length;
  }

  /** A code that enrols one device. */
  async invite() {
    return (await this.post(this.path('enrolment-codes'), {})).code;
  }

  /**
   * Runs a command of a device without screens.
   *
   * @param {string} device
   * @param {string[]} command
   */
  async scanner(device, command) {
    return run('bilten-scan', ['--json', ...this.home(device), ...command]);
  }

  /**
   * Starts the program behind the screens; gives the address to open.
   *
   * @param {string} device
   * @returns {Promise<string>}
   */
  async bridge(device) {
    const command = ['bridge', '--listen', '127.0.0.1:0', '--ui', SCREENS];
    const line = await this.#start('bilten-scan', ['--json', ...this.home(device), ...command]);
    return JSON.parse(line).open;
  }

  /**
   * Where a device keeps its files, as arguments of its program.
   *
   * @param {string} device
   */
  home(device) {
    const home = join(this.folder, device);
    return ['--home', home, '--key-file', join(home, 'keys')];
  }

  /** @returns {Record<string, string>} */
  #bearer() {
    return this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` };
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   * @returns {Promise<any>}
   */
  async #ask(path, request) {
    const answer = await fetch(this.url + path, request);
    const body = await answer.text();
    assert.ok(answer.ok, `${request.method ?? 'GET'} ${path}: ${answer.status} ${body}`);
    return body === '' ? undefined : JSON.parse(body);
  }

  /**
   * Starts a program that goes on; gives its first line.
   *
   * @param {string} program
   * @param {string[]} command
   * @returns {Promise<string>}
   */
  #start(program, command) {
    const child = spawn(join(PROGRAMS, program), command, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: ENVIRONMENT,
    });
    this.#running.push(child);
    return new Promise((done, failed) => {
      setTimeout(() => failed(new Error(`${program} says nothing`)), PATIENCE_MS).unref();
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`${program} ended: ${code}`)));
      createInterface({ input: child.stdout }).once('line', done);
    });
  }
}

/**
 * Runs a program to its end; gives its output.
 *
 * @param {string} program
 * @param {string[]} command
 * @param {string} [input]
 */
async function run(program, command, input = '') {
  const running = promisify(execFile)(join(PROGRAMS, program), command, {
    timeout: PATIENCE_MS,
    env: ENVIRONMENT,
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/**
 * A port that nothing listens on now.
 *
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });
}
