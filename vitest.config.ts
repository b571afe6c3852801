import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run against dist/ (through the `#src/` import map), that is, against what users get; `npm test` builds first.
// All cores: Vitest by itself leaves one free, which on a machine with two doubles the time.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, maxWorkers: availableParallelism() },
});
