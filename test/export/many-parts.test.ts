import { describe, expect, it } from 'vitest';
import {
  createMemoryStorage,
  listExports,
  openExport,
  summarize,
  verifyExport,
  type Storage,
  type StorageEntry,
} from '#src/index.js';
import { chooseExport } from '#src/export/find/choose-export.js';
import { openFound } from '#src/export/open-export.js';
import { failure, failureOf } from '../support/failure.js';

const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,p10,p50\n';
const folder = 'forecasted-values';
const time = '2021-12-14T13-20-10Z';
const many = 200_000;

/** A storage whose first part has a header, and which lists the given number of further empty parts. */
function crowded(name: (index: number) => string, files: number = many): Storage {
  const first = `${folder}/Forecasts_job_${time}_part0.csv`;
  const storage = createMemoryStorage([[first, header]]);
  const list: Storage['list'] = async (path) => {
    const entries = await storage.list(path);
    if (path !== folder) return entries;
    const more = Array.from({ length: files }, (_, index): StorageEntry => {
      return { path: `${folder}/${name(index + 1)}`, kind: 'file', size: 0, version: '0', identity: `x${index}` };
    });
    return [...entries, ...more];
  };
  return Object.assign(Object.create(storage) as Storage, {
    list,
    open: storage.open.bind(storage),
    create: storage.create.bind(storage),
    location: storage.location,
    folderName: storage.folderName,
    transfer: undefined,
  });
}

describe('a folder of 100,000 files and more', () => {
  it('that are all parts of one export is opened, summarized and verified', async () => {
    const storage = crowded((index) => `Forecasts_job_${time}_part${index}.csv`);
    const found = await openExport(storage);
    expect(found.forecastedValues.parts).toHaveLength(many + 1);
    expect(found.forecastedValues.parts.at(-1)?.number).toBe(many);
    const [summary, report] = [await summarize(found), await verifyExport(storage)];
    expect([summary.export.parts, summary.export.rows, report.rows['forecasted-values']]).toEqual([many + 1, 0, 0]);
    expect(JSON.stringify(found.warnings.map(({ message }) => message)).length).toBeLessThan(3000);
  });

  it('from as many exports is listed, and one is chosen', async () => {
    const files = 100_000;
    const storage = crowded((index) => `Forecasts_job${index}_${time}_part0.csv`, files);
    const catalog = await listExports(storage);
    expect(catalog.exports).toHaveLength(files + 1);
    const [code, message] = failure(() => chooseExport(catalog));
    expect([code, message.length < 3000]).toEqual(['EXPORT_AMBIGUOUS', true]);
    expect((await openFound(catalog, { jobName: 'job' })).forecastedValues.parts).toHaveLength(1);
  });

  it('with unreadable headers is refused', async () => {
    const parts = Array.from(
      { length: 3000 },
      (_, index) => [`${folder}/Forecasts_job_${time}_part${index}.csv`, 'a;b\n'] as const,
    );
    const storage = createMemoryStorage(parts);
    let opened = 0;
    const open = storage.open.bind(storage);
    storage.open = (path) => {
      if (path.endsWith('.csv')) opened++;
      return open(path);
    };
    const [code, message] = await failureOf(() => verifyExport(storage));
    expect([code, message]).toEqual(['SCHEMA_INVALID', expect.stringContaining('_part0.csv')]);
    expect(opened).toBe(1000);
  });

  it('without parts is reported briefly', async () => {
    const storage = crowded((index) => `other ${index}.csv`);
    const found = await openExport(storage);
    expect([found.forecastedValues.parts.length, found.catalog.foreign.length]).toEqual([1, many]);
    expect(JSON.stringify(found.warnings.map(({ message }) => message)).length).toBeLessThan(3000);
  });
});
