//! Browser tests, one after the other; says one line where all is well.
//!
//! Needs the built page (`npm run build`), Chromium, `qrencode`, `ffmpeg`, and the programs of the
//! workspace in `target/debug` or where `BILTEN_BIN` says.
import * as camera from './camera.js';
import * as held from './held.js';
import * as journey from './journey.js';
import * as page from './page.js';

const LONGEST_MS = 600_000;
setTimeout(() => {
  console.error('browser: not done in time');
  process.exit(1);
}, LONGEST_MS).unref();

const TESTS = { page, camera, held, journey };
const named = process.argv.slice(2);
const wanted = named.length > 0 ? named : Object.keys(TESTS);

for (const [name, { test }] of Object.entries(TESTS)) {
  if (!wanted.includes(name)) continue;
  try {
    await test();
  } catch (error) {
    console.error(`browser: ${name}:`, error);
    process.exitCode = 1;
  }
}
if (!process.exitCode) console.log(`browser: ${wanted.join(', ')}`);
