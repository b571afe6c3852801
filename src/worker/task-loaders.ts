import type { TaskLoaders } from '../parallel/task.ts';

/** Every task of the library by its name. A worker imports only the module of the task it is started for. */
export const taskLoaders: TaskLoaders = {
  summarizePart: async () => (await import('../metrics/part-task.ts')).summarizePartTask,
  convertUnit: async () => (await import('../convert/tasks.ts')).convertUnitTask,
  convertSlice: async () => (await import('../convert/tasks.ts')).convertSliceTask,
  proveSlice: async () => (await import('../convert/tasks.ts')).proveSliceTask,
  checkPart: async () => (await import('../verify/tasks.ts')).checkPartTask,
  hashContent: async () => (await import('../verify/tasks.ts')).hashContentTask,
  readOwnedPart: async () => (await import('../export/tables/tasks.ts')).ownedPartTask,
  readOwnedParts: async () => (await import('../export/tables/tasks.ts')).ownedPartsTask,
  reportPart: async () => (await import('../report/reporting.ts')).reportPartTask,
  readSuspects: async () => (await import('../verify/tasks.ts')).readSuspectsTask,
  collectSeries: async () => (await import('../report/reporting.ts')).collectSeriesTask,
};
