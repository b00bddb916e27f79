//! Many guests through one window: how fast a verdict is on screen, and that memory does not grow.
import assert from 'node:assert/strict';
import { Place } from '../browser/place.js';
import { buy, prepare } from './house.js';
import { memory } from './memory.js';
import { begins } from './night.js';
import { Window } from './webdriver.js';

const SCANS = Number(process.env['BILTEN_SCANS'] ?? 200);
/** Each ticket comes twice: let in, then refused. */
const TICKETS = Math.ceil(SCANS / 2);
const AT_ONCE = 10;
/** Scans after which everything is loaded that ever will be. */
const WARM = 50;
/** What a scan may leave behind: its fact and its place in what is known of the event. */
const MOST_A_SCAN_KB = 16;
/** What comes and goes by itself. */
const NOISE_MB = 40;

/** @param {string} display */
export async function test(display) {
  const place = new Place();
  /** @type {Window[]} */
  const windows = [];
  try {
    await prepare(await place.open());
    const tickets = await buys(place);
    const args = place.home('door');
    const first = await Window.open(display, args);
    windows.push(first);
    await begins(first, place, place.url);
    await first.close();

    const window = await Window.open(display, args);
    windows.push(window);
    await window.sees('Scan', 'h1');
    const { answer } = await window.request({ do: 'settings' });
    const calm = { ...answer.settings, admit_secs: 0, refuse_secs: 0 };
    await window.request({ do: 'change_settings', ...calm });
    const begin = performance.now();
    await scan(window, tickets[0]?.picture ?? '', 'admit');
    const toFirst = Math.round(window.opened + performance.now() - begin);
    const waits = [];
    let warm = 0;
    for (let at = 1; at < SCANS; at += 1) {
      const ticket = tickets[Math.floor(at / 2)];
      assert.ok(ticket);
      waits.push(await scan(window, ticket.picture, at % 2 === 0 ? 'admit' : 'refuse'));
      if (at === WARM) warm = total(window);
    }
    const grown = total(window) - warm;
    tell(toFirst, waits, window, grown);
    const most = NOISE_MB + ((SCANS - WARM) * MOST_A_SCAN_KB) / 1024;
    assert.ok(grown <= most, `${grown} MB grew over ${SCANS - WARM} scans; ${most} may`);
    assert.deepEqual(await window.broken(), []);
  } finally {
    for (const window of windows) await window.close();
    place.close();
  }
}

/**
 * @param {Place} place
 * @returns {Promise<import('../browser/place.js').Ticket[]>}
 */
async function buys(place) {
  const tickets = [];
  for (let at = 0; at < TICKETS; at += AT_ONCE) {
    const guests = Array.from({ length: AT_ONCE }, (_, of) => `Guest ${at + of}`);
    tickets.push(...(await buy(place, guests)));
  }
  return tickets;
}

/**
 * Chooses a picture, waits for its verdict and goes on; gives the milliseconds from the picture's arrival in
 * the page to the verdict's first frame.
 *
 * @param {Window} window
 * @param {string} picture
 * @param {'admit' | 'refuse'} kind
 */
async function scan(window, picture, kind) {
  await window.run(stopwatch);
  await window.choose(picture);
  await window.sees('', `main[data-kind=${kind}]`);
  const waited = await window.later(async () => /** @type {any} */ (globalThis).waited);
  await window.click('button', 'Next');
  return waited;
}

/** Measures from the next picture to the next verdict; runs in the page. */
function stopwatch() {
  Object.assign(globalThis, {
    waited: new Promise((done) => {
      const begin = () => {
        const begun = performance.now();
        const seen = new MutationObserver(() => {
          if (!document.querySelector('main[data-kind]')) return;
          seen.disconnect();
          requestAnimationFrame(() => done(performance.now() - begun));
        });
        seen.observe(document.body, { childList: true, subtree: true });
      };
      addEventListener('change', begin, { once: true, capture: true });
    }),
  });
}

/** @param {Window} window */
function total(window) {
  return Object.values(memory(window.driver)).reduce((sum, part) => sum + part, 0);
}

/**
 * @param {number} toFirst
 * @param {number[]} waits
 * @param {Window} window
 * @param {number} grown
 */
function tell(toFirst, waits, window, grown) {
  const sorted = waits.toSorted((one, other) => one - other);
  const at = (/** @type {number} */ part) =>
    Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
  const parts = Object.entries(memory(window.driver)).map(([name, size]) => `${name} ${size}`);
  console.log(
    `window: start to page ${Math.round(window.opened)} ms, to the first verdict ${toFirst} ms; ` +
      `picture to verdict p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; ` +
      `after ${SCANS} scans ${parts.join(', ')} MB, ${grown} MB more than after ${WARM}`,
  );
}
