import { workerCosts } from '#src/parallel/worker-costs.js';

/** Lets a test file use worker threads for inputs so small that they would not pay. Import it for that. */
Object.assign(workerCosts, { start: 1e-9, use: 1e-9, slice: 1e-9 });
