import { defineConfig } from 'vitest/config';

// Parquet against programs that are not ours; `npm run test:interop` installs them and sets the environment.
export default defineConfig({
  test: {
    include: ['test/interop/**/*.interop.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
