import type { TaskContext, TaskResult } from '#src/parallel/task.js';

type Run = (input: number, context: TaskContext) => Promise<TaskResult<number>>;
export declare const square: Run;
export declare const report: Run;
export declare const stumble: Run;
export declare const wait: Run;
export declare const die: Run;
