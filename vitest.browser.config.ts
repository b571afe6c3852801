import { defineConfig } from 'vitest/config';

// What a real browser shows and does; needs Chromium (`test/browser/support/find-chromium.ts` says how it is found).
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
