import { serveTasks } from '../parallel/serve-tasks.ts';
import { taskLoaders } from './task-loaders.ts';

// The entry point of a worker thread; `parallel/worker-file.ts` finds it by its place. What it fails with ends the thread. It
// is not awaited here: a module that waits cannot be bundled as CommonJS.
serveTasks(taskLoaders).catch((error: unknown) => {
  queueMicrotask(() => {
    throw error;
  });
});
