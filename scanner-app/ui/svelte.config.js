import adapter from '@sveltejs/adapter-static';
import { strictCsp } from './strict-csp.js';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter: strictCsp(adapter({ fallback: 'index.html' })),
    // One page and paths behind `#`: the window's asset protocol and the bridge serve plain files.
    router: { type: 'hash' },
    output: { bundleStrategy: 'single' },
    version: { pollInterval: 0 },
  },
};
