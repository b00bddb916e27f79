//! The camera path of phones: a moving QR code before a fake camera of a real browser becomes frames that
//! the product's own decoder reads; troubles with the camera have their names.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { browse, serve } from './browser.js';
import { film, savePng, seeing } from './film.js';

/** As long as a ticket's code, in the same alphabet. */
const TEXT = `TK1:${'6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3'.repeat(5)}`.slice(0, 145);
const FRAMES = 20;
/** The code moves and the file ends and begins again: a few frames may be torn. */
const LEAST_READ = 15;
/** Frames are answered this slowly, so that more than one would show. */
const ANSWER_MS = 40;
const PROGRAMS =
  process.env['BILTEN_BIN'] ?? resolve(import.meta.dirname, '../../../../target/debug');

export async function test() {
  const folder = mkdtempSync(join(tmpdir(), 'bilten-camera-'));
  const server = await serve({
    '/camera.html':
      '<!doctype html><html lang="en"><title>Camera</title><video muted></video><script type="module" src="/camera.js"></script></html>',
    '/camera.js': await bundle(),
  });
  try {
    await readsAMovingCode(folder, server.url);
    await namesItsTroubles(server.url);
  } finally {
    server.stop();
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} folder
 * @param {string} url
 */
async function readsAMovingCode(folder, url) {
  const browser = await browse(seeing(film(folder, TEXT, { shown: 4, gone: 0 })));
  try {
    const context = await browser.newContext({ permissions: ['camera'] });
    const page = await context.newPage();
    let flying = 0;
    let most = 0;
    /** @type {string[]} */
    const pictures = [];
    await page.exposeFunction(
      'take',
      async (/** @type {import('../../src/lib/api/types/ScanFrame').ScanFrame} */ frame) => {
        most = Math.max(most, (flying += 1));
        assert.ok(frame.width <= 640 && frame.height <= 480, 'no larger than is read');
        const luma = Buffer.from(frame.luma, 'base64');
        assert.equal(luma.length, frame.width * frame.height);
        const picture = join(folder, `${pictures.length}.png`);
        savePng(picture, frame.width, frame.height, luma);
        pictures.push(picture);
        await new Promise((done) => setTimeout(done, ANSWER_MS));
        flying -= 1;
      },
    );
    await page.goto(`${url}/camera.html`);
    while (pictures.length < FRAMES) await new Promise((done) => setTimeout(done, 50));
    await measures(page);
    await page.evaluate(() => window.endCamera?.());
    await new Promise((done) => setTimeout(done, 3 * ANSWER_MS));
    const held = pictures.length;
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(pictures.length, held, 'no frame comes after its end');
    assert.equal(most, 1, 'one frame at a time');
    const read = execFileSync(join(PROGRAMS, 'bilten-scan'), ['decode', ...pictures], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter((line) => line.includes(TEXT)).length;
    assert.ok(read >= LEAST_READ, `${read} of ${held} frames were read`);
  } finally {
    await browser.close();
  }
}

/**
 * What a frame costs on the way that phones have: text only, from the page to the program and back.
 *
 * @param {import('playwright-core').Page} page
 */
async function measures(page) {
  const { width, height, made, text, numbers, size } = await page.evaluate(() => window.measure());
  assert.ok(text < numbers, 'base64 is quicker than a list of numbers');
  const ms = (/** @type {number} */ value) => `${value.toFixed(1)} ms`;
  console.log(
    `camera: a frame of ${width} x ${height} is made in ${ms(made)}; ${Math.round(size / 1000)} kB of base64 ` +
      `cross as a message in ${ms(text)}, the same bytes as numbers in ${ms(numbers)}`,
  );
}

/** @param {string} url */
async function namesItsTroubles(url) {
  for (const [flags, permissions, trouble] of /** @type {const} */ ([
    [[], ['camera'], 'missing'],
    [['--use-fake-device-for-media-stream', '--deny-permission-prompts'], [], 'denied'],
  ])) {
    const browser = await browse([...flags]);
    try {
      const context = await browser.newContext({ permissions: [...permissions] });
      const page = await context.newPage();
      await page.goto(`${url}/camera.html`);
      await page.waitForFunction(() => window.state !== 'starting');
      assert.equal(await page.evaluate(() => window.state), trouble);
    } finally {
      await browser.close();
    }
  }
}

/** The page's script, from the same sources as the app. */
async function bundle() {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { $lib: resolve(import.meta.dirname, '../../src/lib') } },
    build: {
      write: false,
      lib: { entry: resolve(import.meta.dirname, 'camera-page.ts'), formats: ['es'] },
    },
  });
  const [first] = [built].flat();
  if (!first || !('output' in first)) throw new Error('nothing was built');
  return first.output[0].code;
}
