import { defineConfig } from 'vitest/config';

// What a real browser shows and does; needs Chromium (`test/browser/support/find-chromium.ts` says how it is found). In the mode
// `screenshots` it takes the pictures of the documentation instead.
export default defineConfig(({ mode }) => ({
  test: {
    include: [mode === 'screenshots' ? 'test/browser/**/*.screenshots.ts' : 'test/browser/**/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
}));
