//! The page as it is built starts under the strict policy and says when no program answers.
import assert from 'node:assert/strict';
import { axe, browse, serve } from './browser.js';

const SAID = {
  'en-GB': ['ltr', 'The program behind this screen does not answer'],
  'de-AT': ['ltr', 'Das Programm hinter diesem Bildschirm antwortet nicht'],
  'ar-EG': ['rtl', 'البرنامج خلف هذه الشاشة لا يجيب'],
};

export async function test() {
  const [browser, server] = await Promise.all([browse(), serve()]);
  try {
    for (const [locale, [direction, words]] of Object.entries(SAID)) {
      for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
        const context = await browser.newContext({ locale, colorScheme });
        const page = await context.newPage();
        /** @type {string[]} */
        const broken = [];
        page.on('pageerror', (error) => broken.push(error.message));
        await page.exposeFunction('violated', (/** @type {string} */ what) => broken.push(what));
        await page.addInitScript(() =>
          document.addEventListener('securitypolicyviolation', (event) =>
            /** @type {any} */ (window).violated(`${event.violatedDirective} ${event.blockedURI}`),
          ),
        );
        await page.goto(server.url);
        const alert = page.getByRole('alert');
        await alert.waitFor();
        assert.ok((await alert.textContent())?.includes(words ?? ''), `${locale}: ${words}`);
        const root = page.locator('html');
        assert.equal(await root.getAttribute('dir'), direction);
        assert.equal(await root.getAttribute('data-theme'), colorScheme);
        assert.deepEqual(await axe(page), []);
        assert.deepEqual(broken, []);
        await context.close();
      }
    }
  } finally {
    server.stop();
    await browser.close();
  }
}
