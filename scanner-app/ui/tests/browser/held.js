//! A code held before the camera of a screen, through the real program: held it is one read, shown again it is used.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { browse } from './browser.js';
import { film, seeing } from './film.js';
import { go, heading, press, verdict } from './hands.js';
import { look } from './looks.js';
import { Place } from './place.js';

/** Longer away than a code that is read anew has to be. */
const SECS = { shown: 4, gone: 3 };
/** A held code is looked at again at least so often before it goes. */
const LEAST_LOOKS = 1;
const PATIENCE_MS = 30_000;
/** Longer than a camera that shall sleep waits for a code. */
const WHILE_MS = 21_000;

/** @typedef {import("../../src/lib/api/types/Reads").Reads} Look */

export async function test() {
  const place = new Place();
  let browser;
  try {
    await place.open();
    await place.post(place.path('tiers'), { name: 'Standing', price_minor: 0 });
    await place.post(place.path('quotas'), { name: 'House', size: 10, tiers: [1] });
    await place.sell({ ada: [1, 'Ada Lovelace'] });
    browser = await browse(seeing(film(place.folder, place.tickets.ada.code, SECS)));
    await holdsACode(place, browser);
    await browser.close();
    browser = await browse(seeing());
    await letsTheCameraSleep(place, browser);
  } finally {
    await browser?.close();
    place.close();
  }
}

/**
 * @param {Place} place
 * @param {import('playwright-core').Browser} browser
 */
async function holdsACode(place, browser) {
  const page = await begin(place, browser, 'phone');
  const looks = watch(page);
  await page.getByRole('link', { name: 'Scan', exact: true }).first().click();
  await verdict(page, 'admit', 'Ada Lovelace');
  await verdict(page, 'refuse', 'Already used');

  const reads = looks.flatMap(({ look, at }, index) =>
    look.shown.map(({ outcome }) => ({ outcome, at, index })),
  );
  assert.deepEqual(
    reads.map(({ outcome }) => outcome),
    ['admit', 'refuse'],
    'shown twice is read twice',
  );
  const [first, second] = reads;
  assert.ok(first && second);
  const between = looks.slice(first.index + 1, second.index);
  const held = between.filter(({ look }) => look.in_view > 0);
  assert.ok(held.length >= LEAST_LOOKS, `looked at ${held.length} times while it was held`);
  assert.ok(
    between.some(({ look }) => look.in_view === 0),
    'it was away',
  );
  tell(looks);
  await keepsTheEventsTime(place, page);
}

/**
 * The machine is taken to another time zone, or set to one, while the program runs: times stay the event's.
 *
 * @param {Place} place
 * @param {import('playwright-core').Page} page
 */
async function keepsTheEventsTime(place, page) {
  const machine = await page.context().newCDPSession(page);
  const here = new Intl.DateTimeFormat('en', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: place.timeZone,
  });
  for (const timezoneId of ['Pacific/Kiritimati', 'America/Los_Angeles']) {
    await machine.send('Emulation.setTimezoneOverride', { timezoneId });
    await go(page, 'report', 'Report of the night');
    const told = plain(await page.locator('main p', { hasText: 'phone' }).innerText());
    const now = Date.now();
    // The minute may have turned since.
    const times = [now, now - 60_000].map((at) => plain(here.format(at)));
    assert.ok(
      times.some((time) => told.endsWith(time)),
      `${told}, at ${times[0]}`,
    );
    await go(page, 'search', 'Find a guest');
  }
}

/**
 * Without the marks that keep directions of writing apart, and with plain spaces.
 *
 * @param {string} text
 */
function plain(text) {
  return text.replace(/[\u2066-\u2069]/gu, '').replace(/\s/gu, ' ');
}

/**
 * A camera that shall sleep does so when no code comes for a while, says it, and wakes at a touch.
 *
 * @param {Place} place
 * @param {import('playwright-core').Browser} browser
 */
async function letsTheCameraSleep(place, browser) {
  const page = await begin(place, browser, 'tablet');
  await page.clock.install();
  await page.reload();
  await heading(page, 'Ready to open?');
  await go(page, 'settings', 'Settings');
  await page.getByRole('switch', { name: 'Camera sleeps between guests' }).click();
  await page.getByRole('link', { name: 'Scan', exact: true }).first().click();
  const picture = page.getByLabel('What the camera sees').and(page.locator('video'));
  await picture.waitFor();
  await look(page, 'scan-camera');
  assert.ok(await page.evaluate(() => 'awake' in window), 'the screen stays on');
  await page.clock.fastForward(WHILE_MS);
  await page.getByText('The camera sleeps').waitFor();
  await look(page, 'scan-asleep');
  await press(page, 'Wake camera');
  await picture.waitFor();
}

/**
 * Sets a device up, as far as the doors.
 *
 * @param {Place} place
 * @param {import('playwright-core').Browser} browser
 * @param {string} device
 */
async function begin(place, browser, device) {
  const context = await browser.newContext({
    permissions: ['camera', 'screen-wake-lock'],
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(() => {
    const { request } = WakeLock.prototype;
    WakeLock.prototype.request = async function () {
      const awake = await request.call(this, 'screen');
      Object.assign(window, { awake });
      return awake;
    };
  });
  await page.goto(await place.bridge(device));
  await page.getByLabel('Enrolment code').fill(await place.invite());
  await page.getByLabel('Server address').fill(place.url);
  await page.getByLabel('Name of this device').fill(device);
  await press(page, 'Set up');
  await heading(page, 'Where you scan');
  await press(page, 'Start here');
  await heading(page, 'Ready to open?');
  await page.getByText('The camera gives a picture.').waitFor();
  return page;
}

/**
 * What the program answers to frames, as it comes.
 *
 * @param {import('playwright-core').Page} page
 */
function watch(page) {
  /** @type {{ look: Look, at: number, took: number }[]} */
  const looks = [];
  const hear = async (/** @type {import('playwright-core').Request} */ request) => {
    if (!request.postData()?.includes('"scan_frame"')) return;
    const at = performance.now();
    const took = request.timing().responseEnd;
    // The last frame's answer may come when nobody looks any more.
    const look = await request.response().then(
      (answer) => answer?.json(),
      () => undefined,
    );
    if (look) looks.push({ look, at, took });
  };
  page.on('requestfinished', (request) => void hear(request).catch(() => {}));
  return looks;
}

/** @param {{ at: number, took: number }[]} looks */
function tell(looks) {
  const took = looks.map((look) => look.took).sort((a, b) => a - b);
  const secs = ((looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0)) / 1000;
  const middle = took[took.length >> 1] ?? 0;
  console.log(
    `camera: ${looks.length} frames as base64 through the program, ${(looks.length / secs).toFixed(1)} a second, ` +
      `each read and answered in ${middle.toFixed(0)} ms (the middle of all)`,
  );
}
