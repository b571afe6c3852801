import { defineConfig } from 'vitest/config';

// Tests run against dist/ (through the `#src/` import map), that is, against what users get; `npm test` builds first.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000 },
});
