import { describe, expect, it } from 'vitest';
import { createMemoryStorage, verifyExport, type MemoryStorage } from '#src/index.js';
import { generateExport, type GenerateOptions } from '#src/testing/index.js';
import { failureOf } from '../support/failure.ts';
import { describeFindings, smallExport } from '../support/verify-cases.ts';

const forecasts = (part: number): string =>
  `forecasted-values/Forecasts_synthetic_backtest_2021-12-14T13-20-10Z_part${part}.csv`;
const accuracy = (part: number): string =>
  `accuracy-metrics-values/Accuracy_synthetic_backtest_2021-12-14T13-20-10Z_part${part}.csv`;

async function generated(options: GenerateOptions = smallExport): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  await generateExport(storage, options);
  return storage;
}

const linesOf = (storage: MemoryStorage, path: string): string[] =>
  new TextDecoder().decode(storage.get(path)).trimEnd().split('\n');
const put = (storage: MemoryStorage, path: string, lines: readonly string[]): void =>
  storage.put(path, lines.map((line) => `${line}\n`).join(''));

async function findingsOf(storage: MemoryStorage): Promise<string[]> {
  return describeFindings(await verifyExport(storage, Object.freeze({ maxPlaces: 2 })));
}

describe('the cause of duplicates', () => {
  it('in another part, exact, near and different, in the order of parts', async () => {
    const storage = await generated();
    const [header = '', ...rows] = linesOf(storage, forecasts(2));
    const source = linesOf(storage, forecasts(0));
    const other = (source[20] ?? '').replace(/Z,[^,]*,/, 'Z,1.5,');
    const nudged = (source[9] ?? '').replace(/(\d+\.\d+)$/, (text) => String(nextUp(Number(text))));
    put(storage, forecasts(2), [header, ...rows, source[2] ?? '', other, nudged]);
    expect(await findingsOf(storage)).toEqual([
      'error DUPLICATE_EXACT 1 F2:98 of F0:3',
      'error DUPLICATE_NEAR 1 F2:100 of F0:10',
      'error DUPLICATE_DIFFERENT 1 F2:99 of F0:21',
    ]);
  });

  it('is a part concatenated with itself: then the header is reported, not each row', async () => {
    const storage = await generated();
    const lines = linesOf(storage, forecasts(1));
    put(storage, forecasts(1), [...lines, ...lines]);
    const report = await verifyExport(storage);
    expect(describeFindings(report)).toEqual(['error HEADER_REPEATED 1 F1:98']);
    expect(report.findings[0]?.places[0]?.detail).toBe(
      'rows after repeated headers that duplicate rows before them: 96',
    );
  });

  it('is a part there twice, even with its columns in another order', async () => {
    const storage = await generated();
    const swapped = linesOf(storage, forecasts(1)).map((line) => {
      const [item = '', store = '', ...rest] = line.split(',');
      return [store, item, ...rest].join(',');
    });
    put(storage, forecasts(3), swapped);
    expect(await findingsOf(storage)).toEqual(['error PART_REPEATED 1 F3 of F1']);
  });

  it('is merged exports, where every key appears equally often, each table on its own', async () => {
    const storage = await generated();
    for (const part of [0, 1, 2]) {
      const [header = '', ...rows] = linesOf(storage, accuracy(part));
      put(storage, accuracy(part), [header, ...rows.flatMap((row) => [row, row])]);
    }
    const report = await verifyExport(storage);
    expect(describeFindings(report)).toEqual(['error EXPORTS_MERGED 1 A0']);
    expect(report.findings[0]?.places[0]?.detail).toBe('every row of accuracy-metrics-values appears 2 times');
    const [header = '', ...rows] = linesOf(storage, accuracy(0));
    put(storage, accuracy(0), [header, ...rows.slice(1)]);
    expect(await findingsOf(storage)).toEqual(['error DUPLICATE_EXACT 71 A0:4 of A0:3; A0:6 of A0:5']);
  });

  it('is found among rows in no order, and steps are missing only where none of the copies is', async () => {
    const storage = await generated({ ...smallExport, items: 1, parts: 1, dimensions: [], windows: 1 });
    const [header = '', ...rows] = linesOf(storage, forecasts(0));
    const [a = '', b = '', c = '', d = '', e = '', f = ''] = rows;
    put(storage, forecasts(0), [header, f, b, a, e, c, b, d]);
    expect(await findingsOf(storage)).toEqual(['error DUPLICATE_EXACT 1 F0:7 of F0:3']);
    put(storage, forecasts(0), [header, f, b, a, e, b, d]);
    expect(await findingsOf(storage)).toEqual(['error DUPLICATE_EXACT 1 F0:6 of F0:3', 'error STEP_MISSING 1 F0:2']);
    const stepsOf = async (lines: readonly string[]): Promise<unknown> => {
      put(storage, forecasts(0), [header, ...lines]);
      const { findings } = await verifyExport(storage);
      return findings.map(({ code, count, places }) => [code, count, places[0]?.timestamp?.slice(11, 16)]);
    };
    expect(await stepsOf([f, b, a, e, b, d])).toContainEqual(['STEP_MISSING', 1, '02:00']);
    for (const [lines, count, first] of [
      [[b, c, d, e, f], 1, '00:00'],
      [[a, b, c, f], 2, '03:00'],
      [[a, b, c], 3, '03:00'],
      [[d, e, a, c], 2, '01:00'],
      [[f, a, b], 3, '02:00'],
    ] as const) {
      expect(await stepsOf(lines)).toEqual([['STEP_MISSING', count, first]]);
    }
    put(storage, forecasts(0), [header, f, b, a, e, c, d]);
    expect(await findingsOf(storage)).toEqual([]);
  });
});

describe('single numbers', () => {
  it('equal quantiles are not crossed, and -0 is not below 0', async () => {
    const storage = await generated();
    const [header = '', first = '', second = '', ...rows] = linesOf(storage, forecasts(0));
    const withForecasts = (row: string, numbers: string): string => row.replace(/(?:,[^,]*){4}$/, numbers);
    put(storage, forecasts(0), [
      header,
      withForecasts(first, ',-0.0,-0.0,0.0,0.0'),
      withForecasts(second, ',5.0,5.0,4.0,-1.0'),
      ...rows,
    ]);
    const found = (await findingsOf(storage)).filter((line) => !line.includes('_DIFFERS'));
    expect(found).toEqual(['warn FORECAST_NEGATIVE 1 F0:3 p90', 'warn QUANTILES_CROSSED 1 F0:3 p50']);
  });
});

describe('parts that cannot be read', () => {
  it('are left out, and nothing is called missing because of them', async () => {
    const storage = await generated();
    storage.put(forecasts(0), Uint8Array.of(0x1f, 0x8b, 8, 0));
    const [header = '', ...rows] = linesOf(storage, accuracy(2));
    put(storage, accuracy(2), [header, ...rows.slice(0, 10), 'x', ...rows.slice(10)]);
    const report = await verifyExport(storage);
    expect(describeFindings(report)).toEqual(['error PART_UNREADABLE 2 A2:12; F0']);
    expect(report.notChecked.map(({ code }) => code)).toContain('PARTS_INCOMPLETE');
    expect(report.checked).not.toContain('SERIES_WITHOUT_METRICS');
    expect(report.rows).toEqual({ 'forecasted-values': 192, 'accuracy-metrics-values': 48 });
  });

  it('that are all there is cannot be checked', async () => {
    const storage = await generated();
    for (const part of [0, 1, 2]) {
      storage.put(forecasts(part), Uint8Array.of(0x1f, 0x8b, 8, 0));
      storage.put(accuracy(part), 'not a table\n');
    }
    expect((await failureOf(async () => verifyExport(storage)))[0]).toBe('CSV_NOT_TEXT');
    expect((await failureOf(async () => verifyExport(createMemoryStorage())))[0]).toBe('EXPORT_NOT_FOUND');
  });

  it('of two formats: the rarer one is left out', async () => {
    const storage = await generated({ ...smallExport, format: 'PARQUET' });
    put(storage, forecasts(0), ['item_id']);
    const report = await verifyExport(storage);
    expect(describeFindings(report)).toEqual(['error FORMATS_MIXED 1 F0']);
    expect(report.export.format).toBe('PARQUET');
    expect(report.rows['forecasted-values']).toBe(288);
  });
});

describe('options', () => {
  it.each([
    [{ tolerance: -1 }, 'verifyExport.tolerance'],
    [{ rules: { NO_SUCH_RULE: 'off' } }, 'verifyExport.rules'],
    [{ rules: { STEP_MISSING: 'maybe' } }, 'verifyExport.rules.STEP_MISSING'],
    [{ maxPlaces: 1.5 }, 'verifyExport.maxPlaces'],
    [{ history: [] }, 'verifyExport.history'],
    [{ threds: 2 }, 'verifyExport'],
    [{ open: { jobNmae: 'x' } }, 'verifyExport.open'],
  ])('%j is refused', async (options, what) => {
    const storage = await generated();
    const [code, message] = await failureOf(async () => verifyExport(storage, options as never));
    expect([code, message.split(':')[0]]).toEqual(['OPTION_INVALID', what]);
  });

  it('rules take another severity, and the tolerance decides what differs', async () => {
    const storage = await generated();
    const [header = '', ...rows] = linesOf(storage, accuracy(0));
    const rmse = header.split(',').indexOf('RMSE');
    const cells = (rows[0] ?? '').split(',');
    cells[rmse] = String(Number(cells[rmse]) * (1 + 1e-6));
    put(storage, accuracy(0), [header, cells.join(','), ...rows.slice(1)]);
    const strict = await verifyExport(storage, { rules: { COMPUTED_DIFFERS: 'warn', SUMMARY_DIFFERS: 'off' } });
    expect([strict.ok, describeFindings(strict)]).toEqual([true, ['warn COMPUTED_DIFFERS 1 A0:2 RMSE']]);
    const { difference, place } = strict.findings[0]?.greatestDifference ?? { difference: 0, place: { file: '' } };
    expect([difference.toPrecision(3), place.line, place.column]).toEqual(['0.00000100', 2, 'RMSE']);
    const loose = await verifyExport(storage, { tolerance: 1e-5 });
    expect(loose.findings).toEqual([]);
    expect(loose.computed.find(({ column }) => column === 'RMSE')?.greatest?.difference).toBe(difference);
  });

  it('a signal ends it', async () => {
    const storage = await generated();
    await expect(verifyExport(storage, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

function nextUp(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}
