//! Tests in a real window, one after the other; says one line where all is well.
//!
//! Needs the programs of the workspace in `target/debug` or where `BILTEN_BIN` says, Xvfb, WebKitWebDriver
//! and `qrencode`. `BILTEN_PICTURES` names a folder for pictures of every screen, `BILTEN_SCANS` how many guests
//! the soak lets come.
import * as bare from './bare.js';
import * as camera from './camera.js';
import { display } from './display.js';
import * as locked from './locked.js';
import * as night from './night.js';
import * as opens from './opens.js';
import * as soak from './soak.js';

const LONGEST_MS = 1_800_000;
setTimeout(() => {
  console.error('window: not done in time');
  process.exit(1);
}, LONGEST_MS).unref();

const TESTS = { opens, bare, locked, camera, night, soak };
const named = process.argv.slice(2);
const screen = await display();
for (const [name, { test }] of Object.entries(TESTS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  try {
    await test(screen.name);
    console.log(`window: ${name}`);
  } catch (error) {
    console.error(`window: ${name}:`, error);
    process.exitCode = 1;
  }
}
screen.stop();
