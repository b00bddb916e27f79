import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Wraps an adapter so that the page it writes runs under `script-src 'self'`.
 *
 * SvelteKit starts the app by a script inside the page; here that script becomes a file.
 *
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function strictCsp(adapter) {
  return {
    ...adapter,
    name: `${adapter.name}, strict policy`,
    async adapt(builder) {
      await adapter.adapt(builder);
      const page = 'build/index.html';
      const html = readFileSync(page, 'utf8');
      const script = /<script>([\s\S]*?)<\/script>/.exec(html);
      if (!script?.[1]) throw new Error(`${page} has no script to move`);
      writeFileSync('build/_app/start.js', script[1].replace(/^\t+/gm, '').trim() + '\n');
      writeFileSync(page, html.replace(script[0], '<script src="/_app/start.js"></script>'));
    },
  };
}

/**
 * Takes the style off SvelteKit's announcer, which `style-src 'self'` would block; `app.css` has its rules.
 *
 * @returns {import('vite').Plugin}
 */
export function plainAnnouncer() {
  return {
    name: 'plain-announcer',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0]?.endsWith('/generated/root.svelte')) return undefined;
      const plain = code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1');
      if (plain === code) this.error('the announcer is written differently now');
      return plain;
    },
  };
}
