//! The machine's own camera in a real window: its picture, light and zoom, a guest before it, a cable pulled.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Place } from '../browser/place.js';
import { buy, prepare } from './house.js';
import { LOOKS, check, dress, look } from './looks.js';
import { begins } from './night.js';
import { PROGRAMS, Window, until } from './webdriver.js';

/** Stands in for the driver of `/dev/video0`. */
const SHIM = join(PROGRAMS, 'libv4l2_shim.so');
const WIDTH = 640;
const HEIGHT = 480;
/** Pixels of a module of a code. */
const MODULE = 5;
const GREY = 0x90;

/** @param {string} display */
export async function test(display) {
  assert.ok(existsSync(SHIM), `cargo build --package v4l2-shim makes ${SHIM}`);
  const place = new Place();
  /** @type {Window | undefined} */
  let window;
  try {
    await prepare(await place.open());
    const [ada, bob] = await buy(place, ['Ada Lovelace', 'Bob Martin']);
    assert.ok(ada && bob);
    const camera = new Camera(join(place.folder, 'camera'));
    const driver = { LD_PRELOAD: SHIM, BILTEN_V4L2: camera.folder };
    window = await Window.open(display, place.home('door'), driver);
    await window.sees('Set up this device', 'h1');
    await begins(window, place, place.url);
    await showsWhatItSees(window);
    await triesAndGoesOn(window);
    await window.go('ready');
    await window.sees('The camera gives a picture.');
    await window.click('link', 'Scan');
    await lightsAndZooms(window);
    camera.shows(ada.code);
    await window.sees('Ada Lovelace', 'main[data-kind=admit]');
    camera.shows();
    await window.click('button', 'Next');
    await isPulledOut(window, camera);
    assert.deepEqual(await window.broken(), []);
    await window.close();

    camera.shows(bob.code);
    const begun = performance.now();
    window = await Window.open(display, place.home('door'), driver);
    await window.sees('Bob Martin', 'main[data-kind=admit]');
    const took = Math.round(performance.now() - begun);
    console.log(`window: start to the verdict of the camera's first picture ${took} ms`);
    assert.deepEqual(await window.broken(), []);
  } finally {
    await window?.close();
    place.close();
  }
}

/**
 * The picture is painted, and it is the one that the driver gave.
 *
 * @param {Window} window
 */
async function showsWhatItSees(window) {
  const shade = await until('the picture', () => window.run(middle));
  assert.ok(Math.abs(shade - GREY) < 12, `a grey desk, seen as ${shade}`);
  await look(window, 'camera');
}

/**
 * Who looks at the doors-ready page and goes on before its try of the camera ended has the camera.
 *
 * @param {Window} window
 */
async function triesAndGoesOn(window) {
  for (const stay of [0, 30, 100, 200, 400]) {
    await window.go('ready');
    await pause(stay);
    await window.go('');
    await runsOn(window, `the camera after ${stay} ms`);
    await until(`the picture after ${stay} ms`, () => window.run(middle));
  }
}

/**
 * The camera runs and goes on running. One picture does not say so: it may be of a camera about to stop.
 *
 * @param {Window} window
 * @param {string} what
 */
async function runsOn(window, what) {
  let seen = 0;
  await until(what, async () => {
    const { answer } = await window.request({ do: 'cameras' });
    seen = answer.state.running ? seen + 1 : 0;
    return seen === 10;
  });
}

/** @param {Window} window */
async function lightsAndZooms(window) {
  const dark = await until('the button of the light', () => window.run(colourOfTheLight));
  await window.click('button', 'Light');
  await until('the light', () =>
    window.run(() => document.querySelector('button[aria-pressed=true]') !== null),
  );
  assert.notEqual(await window.run(colourOfTheLight), dark, 'a light that is on looks like it');
  await window.run(() => {
    const zoom = /** @type {HTMLInputElement} */ (document.querySelector('input[type=range]'));
    zoom.value = '50';
    zoom.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await until('the zoom', async () => {
    const { answer } = await window.request({ do: 'cameras' });
    return answer.state.zoom === 50 && answer.state.torch;
  });
  await check(window, 'camera-lit');
}

/**
 * It says so, and goes on by itself when it is back.
 *
 * @param {Window} window
 * @param {Camera} camera
 */
async function isPulledOut(window, camera) {
  await until('the picture again', () => window.run(middle));
  camera.isPulled();
  await window.sees('The camera is gone', 'main [role=status]');
  for (const look of LOOKS) {
    await dress(window, look);
    await check(window, `camera-gone-${look.name}`);
  }
  camera.isPlugged();
  await until('the picture after the cable', () => window.run(middle));
}

/** What the button of the light is filled with. */
function colourOfTheLight() {
  const button = document.querySelector('button[aria-label=Light]');
  return button && getComputedStyle(button).backgroundColor;
}

/** The shade in the middle of the picture, 0 where none is seen. */
function middle() {
  const canvas = document.querySelector('canvas');
  if (!canvas || canvas.getClientRects().length === 0 || canvas.width < 2) return 0;
  const at = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  return at.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[0] ?? 0;
}

/** A camera that is not there: the folder that the stand-in obeys. */
class Camera {
  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    mkdirSync(join(folder, 'dev'), { recursive: true });
    this.#put('name', 'Door camera\n');
    this.#put('controls', '');
    this.shows();
    this.isPlugged();
  }

  /**
   * A code before it, or an empty desk.
   *
   * @param {string} [text]
   */
  shows(text) {
    const frame = Buffer.alloc(WIDTH * HEIGHT * 2);
    for (let at = 0; at < frame.length; at += 2) frame.writeUInt16BE((GREY << 8) | 0x80, at);
    for (const [y, row] of modules(text).entries()) {
      for (const [x, dark] of row.entries()) this.#paint(frame, x, y, dark);
    }
    this.#put('scene', frame);
  }

  /**
   * Paints one module of a code.
   *
   * @param {Buffer} frame
   * @param {number} x
   * @param {number} y
   * @param {boolean} dark
   */
  #paint(frame, x, y, dark) {
    for (let at = 0; at < MODULE * MODULE; at += 1) {
      const column = 60 + x * MODULE + (at % MODULE);
      const line = 40 + y * MODULE + Math.trunc(at / MODULE);
      frame[2 * (line * WIDTH + column)] = dark ? 0x10 : 0xeb;
    }
  }

  isPlugged() {
    this.#put('trouble', '');
    this.#put('dev/video0', '');
  }

  isPulled() {
    rmSync(join(this.folder, 'dev/video0'));
    this.#put('trouble', 'gone 19');
  }

  /**
   * Puts a file in place whole.
   *
   * @param {string} name
   * @param {string | Buffer} bytes
   */
  #put(name, bytes) {
    const fresh = join(this.folder, 'fresh');
    writeFileSync(fresh, bytes);
    renameSync(fresh, join(this.folder, name));
  }
}

/**
 * The modules of a text's code, row by row, with the quiet zone; none without a text.
 *
 * @param {string} [text]
 * @returns {boolean[][]}
 */
function modules(text) {
  if (text === undefined) return [];
  const drawn = execFileSync('qrencode', ['-t', 'ASCII', '-m', '4', '-l', 'M', '-o', '-', text]);
  const rows = drawn.toString().split('\n').slice(0, -1);
  return rows.map((row) => [...row.matchAll(/../gu)].map(([pair]) => pair === '##'));
}
