import type { Task } from '#src/parallel/task.js';

export declare const square: Task<number, number>;
export declare const countUp: Task<number, ArrayBuffer[]>;
export declare const report: Task<number, number>;
export declare const stumble: Task<number, number>;
export declare const wait: Task<number, number>;
export declare const die: Task<number, number>;
export declare const ignore: Task<number, number>;
export declare const before: { whoami: Promise<void>; countUp: Promise<void> };
export declare const hold: Task<Int32Array, number>;
export declare const whoami: Task<number, number>;
