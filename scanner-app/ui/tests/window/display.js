//! A display of its own for windows: nobody sees them and they steal nobody's focus.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts one; gives its name and what ends it.
 *
 * @returns {Promise<{ name: string, stop: () => void }>}
 */
export async function display() {
  const screen = ['-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-displayfd', '3'];
  const child = spawn('Xvfb', screen, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const stop = () => void child.kill('SIGKILL');
  process.once('exit', stop);
  const told = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
  const number = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`Xvfb ended: ${code}`)));
    createInterface({ input: told }).once('line', done);
  });
  return { name: `:${number}`, stop };
}
