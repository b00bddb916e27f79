//! Films of a code that moves, for a fake camera; and grey pictures of what was seen.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/**
 * A film that a browser shows over and over: a code that moves, then none.
 *
 * @param {string} folder
 * @param {string} text
 * @param {{ shown: number, gone: number }} secs
 * @returns {string} the file
 */
export function film(folder, text, { shown, gone }) {
  const code = join(folder, 'code.png');
  const made = join(folder, 'film.mjpeg');
  const all = shown + gone;
  execFileSync('qrencode', ['-l', 'M', '-s', '6', '-m', '4', '-o', code, text]);
  execFileSync('ffmpeg', [
    ...`-loglevel error -f lavfi -i color=c=gray:s=640x480:r=15:d=${all} -loop 1 -t ${all} -i`.split(
      ' ',
    ),
    code,
    '-filter_complex',
    `[0][1]overlay=x='120+80*sin(t*2)':y='60+40*cos(t*2)':enable='lt(t,${shown})':shortest=1,format=yuvj420p`,
    ...'-c:v mjpeg -q:v 3'.split(' '),
    made,
  ]);
  return made;
}

/**
 * The flags that have a browser see a film; without one it sees a picture with no code in it.
 *
 * @param {string} [file]
 */
export function seeing(file) {
  const film = file === undefined ? [] : [`--use-file-for-fake-video-capture=${file}`];
  return ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', ...film];
}

/**
 * Saves a grey picture as PNG.
 *
 * @param {string} file
 * @param {number} width
 * @param {number} height
 * @param {Buffer} luma
 */
export function savePng(file, width, height, luma) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    luma.copy(rows, row * (width + 1) + 1, row * width, (row + 1) * width);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const made = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  writeFileSync(file, made);
}

/**
 * @param {string} name
 * @param {Buffer} data
 */
function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const made = Buffer.alloc(body.length + 8);
  made.writeUInt32BE(data.length, 0);
  body.copy(made, 4);
  made.writeUInt32BE(crc32(body), body.length + 4);
  return made;
}

/** @param {Buffer} data */
function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
