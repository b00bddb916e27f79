//! A night at a door in a real window: the network goes and comes, a guest comes twice, the device is stopped.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Place } from '../browser/place.js';
import { PIN, buy, prepare } from './house.js';
import { LOOKS, check, dress, look } from './looks.js';
import { below } from './memory.js';
import { Network } from './network.js';
import { again } from './opens.js';
import { Window, until } from './webdriver.js';

const GUESTS = ['Ada Lovelace', 'Bruno Richter', 'Chiara Conti', 'Dana Levi'];
/** Screens that need no preparation, by what stands behind `#`, with their titles. */
const SCREENS = {
  more: 'More',
  search: 'Find a guest',
  room: 'People inside',
  report: 'Report of the night',
  office: 'Box office',
  operator: 'Who works here',
  ready: 'Ready to open?',
  settings: 'Settings',
  station: 'Where you scan',
};

/** @param {string} display */
export async function test(display) {
  const place = new Place();
  const network = new Network();
  /** @type {Window[]} */
  const windows = [];
  try {
    await prepare(await place.open());
    await network.to(place.url);
    const tickets = await buy(place, GUESTS);
    const args = place.home('door');
    let window = await Window.open(display, args);
    windows.push(window);
    await enrols(window, place, network);
    await begins(window, place, network.url);
    await asksTheShortWay(window);
    await seesEachVerdict(window, place, tickets);
    await meetsAConflict(window, place, network, tickets);
    window = await survivesBeingKilled(window, () => Window.open(display, args), tickets);
    windows.push(window);
    await showsEveryScreen(window);
    await locks(window);
    await refusesALink(window, display, args);
    await refusesASecondProcess(place, display);
    await isStopped(window, place);
    assert.deepEqual(await window.broken(), []);
  } finally {
    for (const window of windows) await window.close();
    network.close();
    place.close();
  }
}

/**
 * What is no code, and a code that another device used.
 *
 * @param {Window} window
 * @param {Place} place
 * @param {Network} network
 */
async function enrols(window, place, network) {
  await window.sees('Set up this device', 'h1');
  await look(window, 'enrol');
  await window.fill('Server address', network.url);
  await window.fill('Name of this device', 'North gate 1');
  const used = await place.invite();
  const named = ['--code', used, '--name', 'South gate'];
  await place.scanner('south', ['enrol', '--server', place.url, ...named]);
  const refusals = {
    'hello!': 'This is no enrolment code',
    [used]: 'The server does not accept this code',
  };
  for (const [code, words] of Object.entries(refusals)) {
    await window.fill('Enrolment code', code);
    await window.click('button', 'Set up');
    await window.sees(words, 'form');
  }
}

/**
 * From an empty device to an open door.
 *
 * @param {Window} window
 * @param {Place} place
 * @param {string} server
 */
export async function begins(window, place, server) {
  await window.fill('Enrolment code', await place.invite());
  await window.fill('Server address', server);
  await window.fill('Name of this device', 'North gate 1');
  await window.click('button', 'Set up');
  await window.sees('Where you scan', 'h1');
  await window.click('radio', 'North gate');
  await window.click('button', 'Start here');
  await window.sees('Ready to open?', 'h1');
  await window.sees('tickets are here');
  await window.click('link', 'Scan');
  await window.sees('Scan', 'h1');
}

/**
 * Requests go by the window's own protocol: a policy that forgets it makes them slow, and says nothing.
 *
 * @param {Window} window
 */
async function asksTheShortWay(window) {
  await window.run(() => {
    const { fetch } = globalThis;
    globalThis.fetch = (what, how) => {
      Object.assign(globalThis, { fetched: String(what) });
      globalThis.fetch = fetch;
      return fetch(what, how);
    };
  });
  await window.request({ do: 'badge' });
  const fetched = await window.run(() => /** @type {any} */ (globalThis).fetched);
  assert.equal(fetched, 'ipc://localhost/request');
}

/**
 * Pictures of codes, and what is said to each.
 *
 * @param {Window} window
 * @param {Place} place
 * @param {import('../browser/place.js').Ticket[]} tickets
 */
async function seesEachVerdict(window, place, [ada]) {
  assert.ok(ada);
  const { answer } = await window.request({ do: 'settings' });
  await window.request({ do: 'change_settings', ...answer.settings, admit_secs: 0 });
  await look(window, 'scan');
  await window.choose(ada.picture);
  await window.sees('Ada Lovelace', 'main[data-kind=admit]');
  await look(window, 'verdict-admit');
  await window.click('button', 'Next');
  await window.choose(ada.picture);
  await window.sees('Already used', 'main[data-kind=refuse]');
  await look(window, 'verdict-used');
  await window.click('button', 'Next');

  const at = ada.code.length - 8;
  const other = ada.code[at] === '0' ? '1' : '0';
  const forged = ada.code.slice(0, at) + other + ada.code.slice(at + 1);
  for (const [name, text] of Object.entries({ forged, foreign: 'https://elsewhere.example/1' })) {
    const picture = join(place.folder, `${name}.png`);
    execFileSync('qrencode', ['-o', picture, '-s', '8', '-m', '4', text]);
    await window.choose(picture);
    await window.sees('', 'main[data-kind=refuse]');
    await look(window, `verdict-${name}`);
    await window.click('button', 'Next');
  }
}

/**
 * Without a network the door goes on; what another door did meanwhile is seen afterwards.
 *
 * @param {Window} window
 * @param {Place} place
 * @param {Network} network
 * @param {import('../browser/place.js').Ticket[]} tickets
 */
async function meetsAConflict(window, place, network, [, bruno]) {
  assert.ok(bruno);
  await place.scanner('south', ['sync']);
  network.cut();
  await place.scanner('south', ['scan', bruno.picture]);
  await place.scanner('south', ['sync']);
  await window.sees('Offline', 'header [role=status]');
  await window.choose(bruno.picture);
  await window.sees('Bruno Richter', 'main[data-kind=admit]');
  await look(window, 'verdict-offline');
  await window.click('button', 'Next');
  await window.choose(bruno.picture);
  await window.sees('Already used', 'main[data-kind=refuse]');
  await window.click('button', 'Next');

  network.mend();
  await window.go('sync');
  await window.sees('Network and device', 'h1');
  await window.click('button', 'Send and fetch now');
  await window.sees('The server is in reach');
  await look(window, 'sync');
  await window.go('conflicts');
  await window.sees('Bruno Richter', 'main section');
  await window.sees('South gate', 'main section');
  await look(window, 'conflicts');
}

/**
 * The program is killed while a verdict is on screen: the guest was let in, and stays so.
 *
 * @param {Window} window
 * @param {() => Promise<Window>} again
 * @param {import('../browser/place.js').Ticket[]} tickets
 */
async function survivesBeingKilled(window, again, [, , chiara]) {
  assert.ok(chiara);
  await window.go('');
  await window.choose(chiara.picture);
  await window.sees('Chiara Conti', 'main[data-kind=admit]');
  const [program] = below(window.driver);
  assert.ok(program);
  process.kill(program.pid, 'SIGKILL');
  window.kill();
  const next = await again();
  await next.sees('Scan', 'h1');
  await next.choose(chiara.picture);
  await next.sees('Already used', 'main[data-kind=refuse]');
  await next.click('button', 'Next');
  return next;
}

/** @param {Window} window */
async function showsEveryScreen(window) {
  await window.go('operator');
  await window.click('radio', 'Vera');
  await window.fill('PIN', PIN);
  await window.click('button', 'Sign in');
  await window.sees('Scan', 'h1');
  for (const [path, title] of Object.entries(SCREENS)) {
    await window.go(path);
    await window.sees(title, 'h1');
    await look(window, path);
  }
  await window.go('search');
  await window.fill('Name, seat, order or ticket code', 'lovelace');
  await window.click('button', 'Search');
  await window.click('link', 'Ada Lovelace');
  await window.sees('Ada Lovelace', 'h1');
  await look(window, 'ticket');
}

/** @param {Window} window */
async function locks(window) {
  for (const look of LOOKS) {
    await dress(window, look);
    await window.request({ do: 'lock' });
    await until('the lock', () => window.run(() => location.hash === '#/unlock'));
    await check(window, `unlock-${look.name}`);
    await window.request({ do: 'unlock', by: 'pin', operator: 1, pin: PIN });
    await until('the door', () => window.run(() => location.hash !== '#/unlock'));
  }
  await window.request({ do: 'lock' });
  await window.sees('Locked', 'h1');
  await window.click('radio', 'Vera');
  await window.fill('PIN', PIN);
  await window.click('button', 'Unlock');
  await window.sees('Scan', 'h1');
}

/**
 * An enrolment link that is clicked says why it leads nowhere here.
 *
 * @param {Window} window
 * @param {string} display
 * @param {string[]} args
 */
async function refusesALink(window, display, args) {
  const link = 'bilten:enrol/7K3M-Q0ZT-94AB/https://tickets.example.org/';
  assert.equal(await again(display, [...args, link]), 0);
  await window.sees('This device is set up already', '[role=alert]');
  await look(window, 'link-refused');
  await window.click('button', 'Close');
}

/**
 * A window on data that another program holds says so.
 *
 * @param {Place} place
 * @param {string} display
 */
async function refusesASecondProcess(place, display) {
  await place.bridge('south');
  for (const look of LOOKS) {
    const second = await Window.open(display, place.home('south'));
    try {
      await until('the refusal', () => second.run(() => location.hash === '#/failed'));
      await dress(second, look);
      if (look.name === 'light') await second.sees('Another program on this machine is using');
      await check(second, `failed-${look.name}`);
      assert.deepEqual(await second.broken(), []);
    } finally {
      await second.close();
    }
  }
}

/**
 * The organizer ends the enrolment of a device: it delivers what it still has and begins anew.
 *
 * @param {Window} window
 * @param {Place} place
 */
async function isStopped(window, place) {
  const devices = await place.get('devices');
  const { id } = devices.find((/** @type {any} */ device) => device.name === 'North gate 1');
  await place.post(`/api/v1/devices/${id}/revoke`, {});
  await until('the end of the enrolment', () => window.run(() => location.hash === '#/revoked'));
  await window.sees('The whole log was delivered.');
  await look(window, 'revoked');
  await window.click('button', 'Set up anew');
  await window.sees('Set up this device', 'h1');
  const { answer } = await window.request({ do: 'overview' });
  assert.deepEqual([answer.phase, answer.device], [{ is: 'fresh' }, null]);
  const left = readdirSync(join(place.folder, 'door')).sort();
  const own = ['app.json', 'store.lock', 'window.lock'];
  assert.deepEqual(left, own, 'nothing of the event is left on the disk');
}
