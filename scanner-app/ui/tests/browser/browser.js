//! A real browser and a plain file server for the page as it is built.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const PAGE = resolve(import.meta.dirname, '../../build');
/** The library that looks for barriers. */
export const AXE = resolve(import.meta.dirname, '../../node_modules/axe-core/axe.min.js');
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.json': 'application/json',
};

/** The policy that the window and the bridge send, with the bridge's own address to connect to. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob: mediastream:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

/**
 * Starts the browser; no flag here changes what a page sees but those of `more`.
 *
 * @param {string[]} [more]
 */
export function browse(more = []) {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

/**
 * Serves files of the build under the strict policy; what is not a file is the page.
 *
 * @param {Record<string, string>} [own] more files, by path
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function serve(own = {}) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    const file = join(PAGE, path);
    const known = existsSync(file) && statSync(file).isFile() ? file : join(PAGE, 'index.html');
    const type = extname(own[path] === undefined ? known : path);
    response.writeHead(200, {
      'content-type': TYPES[/** @type {keyof typeof TYPES} */ (type)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    });
    response.end(own[path] ?? readFileSync(known));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/**
 * What axe finds wrong with the page as it stands, a line each.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(readFileSync(AXE, 'utf8'));
  }
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, {
      resultTypes: ['violations'],
      preload: false,
    });
    return violations.flatMap((/** @type {any} */ found) =>
      found.nodes.map((/** @type {any} */ node) => `${found.id}: ${node.target.join(' ')}`),
    );
  });
}
