import { serveTasks } from '../parallel/serve-tasks.ts';
import { taskLoaders } from './task-loaders.ts';

// the entry point of a worker thread; `parallel/run-tasks.ts` starts it by its place
await serveTasks(taskLoaders);
