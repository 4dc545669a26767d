/**
 * Builds the web into dist/web, which the server serves at `/`. In development `npm run dev:web` serves it
 * with hot reloading and passes the API on to a program running on the default port.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Writes each text asset compressed beside itself, once, so that the server never has to. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir }) {
      for (const path of globSync(`${dir}/**/*.{js,css,html,svg}`)) {
        const bytes = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss(), compressed()],
  // Scripts and styles find each other from where they are, so that the page may stand under any path.
  experimental: {
    renderBuiltUrl: (_file, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Every browser that runs es2023 preloads modules by itself.
    modulePreload: { polyfill: false },
    // The content security policy allows files of our own only, no data: URLs.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Changes with the dependencies only, so a new release of ours leaves it in the browser's cache.
            { name: 'react', test: /node_modules[\\/](?:react|react-dom|scheduler)[\\/]/, priority: 2 },
            // The small pieces every screen shares, as one file instead of two dozen.
            {
              name: 'ui',
              test: /[\\/]web[\\/]ui[\\/](?!(?:[a-z]+-chart|chart-frame|stacked-bars|series|value-[a-z]+|pairs|code-block|menu-parts|popover-parts|window-list)\.)/,
              minShareCount: 2,
              priority: 1,
            },
            // Charts and nested values: the lists where people arrive have none. What a menu opens and what draws long
            // lists stand for themselves.
            {
              name: 'details',
              test: /[\\/]web[\\/]ui[\\/](?!(?:menu-parts|popover-parts|window-list)\.)/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': 'http://127.0.0.1:4000' } },
});
