import { serveTasks } from '../parallel/serve-tasks.ts';
import { taskLoaders } from '../worker/task-loaders.ts';

// The entry point of a Web Worker; the page finds it by its place, or by `setWorkerFile`. What it fails with ends the worker.
serveTasks(taskLoaders).catch((error: unknown) => {
  queueMicrotask(() => {
    throw error;
  });
});
