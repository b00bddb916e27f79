import { sveltekit } from '@sveltejs/kit/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { plainAnnouncer } from './strict-csp.js';

export default defineConfig({
  plugins: [plainAnnouncer(), tailwindcss(), sveltekit(), svelteTesting()],
  build: {
    target: ['es2022', 'safari16.4', 'chrome111'],
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { fs: { allow: ['../../shared-model/locales'] } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    css: { include: [/app\.css/] },
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
  },
});
