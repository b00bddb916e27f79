//! A night at a door in a real window: the network goes and comes, a guest comes twice, the device is stopped.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Place } from '../browser/place.js';
import { PIN, buy, prepare } from './house.js';
import { LOOKS, check, dress, look } from './looks.js';
import { Network } from './network.js';
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
    const window = await Window.open(display, args);
    windows.push(window);
    await enrols(window, network);
    await begins(window, place, network.url);
    await asksTheShortWay(window);
    await seesEachVerdict(window, place, tickets);
    await meetsAConflict(window, place, network, tickets);
    await showsEveryScreen(window);
    await locks(window);
    await refusesASecondProcess(window, display, args);
    await isStopped(window, place);
    assert.deepEqual(await window.broken(), []);
  } finally {
    for (const window of windows) await window.close();
    network.close();
    place.close();
  }
}

/**
 * A code that the server does not know.
 *
 * @param {Window} window
 * @param {Network} network
 */
async function enrols(window, network) {
  await window.sees('Set up this device', 'h1');
  await look(window, 'enrol');
  await window.fill('Enrolment code', 'AAAA-AAAA-AAAA');
  await window.fill('Server address', network.url);
  await window.fill('Name of this device', 'North gate 1');
  await window.click('button', 'Set up');
  await window.sees('The server does not accept this code', '[role=alert]');
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
  const named = ['--code', await place.invite(), '--name', 'South gate'];
  await place.scanner('south', ['enrol', '--server', place.url, ...named]);
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
 * Another process on the data of this one says so.
 *
 * @param {Window} window
 * @param {string} display
 * @param {string[]} args
 */
async function refusesASecondProcess(window, display, args) {
  for (const look of LOOKS) {
    await dress(window, look);
    const second = await Window.open(display, args);
    try {
      await second.resize(look.size);
      await until('the refusal', () => second.run(() => location.hash === '#/failed'));
      if (look.name === 'light') await second.sees('Another window of this program is open');
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
  assert.deepEqual(left, ['app.json', 'store.lock'], 'nothing of the event is left on the disk');
}
