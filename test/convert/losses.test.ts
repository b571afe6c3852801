import { describe, expect, it } from 'vitest';
import {
  convertExport,
  createMemoryStorage,
  openExport,
  type BacktestExportError,
  type ConversionLoss,
  type MemoryStorage,
  type OpenOptions,
} from '#src/index.js';
import { collect } from '../support/collect.ts';
import { failureOf } from '../support/failure.ts';
import { storageFiles } from '../support/folder-files.ts';
import {
  accuracyHeader,
  accuracyRow,
  forecastHeader as header,
  forecastPart as file,
  forecastRow as row,
  onePart,
} from './one-part.ts';

type Place = Pick<ConversionLoss, 'kind' | 'column' | 'count' | 'record' | 'byte'>;

const end = header.length + row.length;

/** By what is odd about the text of the forecasts: the losses, each with its place. */
const cases: readonly (readonly [name: string, text: string, losses: readonly Place[]])[] = [
  [
    'a number with a zero too many',
    header + row + row.replace('4.5', '4.50') + row.replace('4.5', '04.5'),
    [{ kind: 'spelling', column: 'mean', count: 2, record: 2, byte: end + row.indexOf('4.5') }],
  ],
  [
    'a whole number without a point',
    header + row.replace('9.0', '9'),
    [{ kind: 'spelling', column: 'p90', count: 1, record: 1, byte: header.length + row.indexOf('9.0') }],
  ],
  [
    'an exponent in small letters',
    header + row + row.replace('4.5', '1e20'),
    [{ kind: 'spelling', column: 'mean', count: 1, record: 2, byte: end + row.indexOf('4.5') }],
  ],
  [
    'more digits than a double has',
    header + row.replace('4.5', '0.1000000000000000055511151231257827'),
    [{ kind: 'spelling', column: 'mean', count: 1, record: 1, byte: header.length + row.indexOf('4.5') }],
  ],
  [
    'times in two spellings',
    header + row + row.replace('00Z', '00'),
    [{ kind: 'spelling', column: 'timestamp', count: 1, record: 2, byte: end + row.indexOf('2021') }],
  ],
  [
    'a time of another zone',
    header + row.replace('00Z', '00+01:00'),
    [{ kind: 'spelling', column: 'timestamp', count: 1, record: 1, byte: header.length + row.indexOf('2021') }],
  ],
  [
    'a quote without need',
    header + row + row.replace('bike_12', '"bike_12"'),
    [{ kind: 'quotes', column: 'item_id', count: 1, record: 2, byte: end }],
  ],
  [
    'CR LF',
    (header + row + row).replaceAll('\n', '\r\n'),
    [
      { kind: 'header', column: null, count: 1, record: 0, byte: 0 },
      { kind: 'line-ends', column: null, count: 2, record: 1, byte: header.length + row.length },
    ],
  ],
  [
    'no line end in the end',
    (header + row + row).trimEnd(),
    [{ kind: 'line-ends', column: null, count: 1, record: 2, byte: end + row.length - 1 }],
  ],
  [
    'an empty line',
    `${header + row}\n${row}\n\n`,
    [{ kind: 'blank-lines', column: null, count: 3, record: 1, byte: end }],
  ],
  [
    'a byte-order mark',
    `\ufeff${header}${row}`,
    [{ kind: 'byte-order-mark', column: null, count: 1, record: 0, byte: 0 }],
  ],
  [
    'quotes in the header',
    header.replace('mean', '"mean"') + row,
    [{ kind: 'header', column: null, count: 1, record: 0, byte: 0 }],
  ],
];

function places(losses: readonly ConversionLoss[]): Place[] {
  return losses.map(({ kind, column, count, record, byte }) => ({ kind, column, count, record, byte }));
}

async function valuesOf(storage: MemoryStorage, options: OpenOptions = {}): Promise<unknown[]> {
  const source = await openExport(storage, options);
  return [await collect(source.forecastedValues.rows()), await collect(source.accuracyMetrics.rows())];
}

describe('text that cannot be restored', () => {
  it.each(cases)('is refused with its place, and with lossy listed: %s', async (_, text, losses) => {
    const source = onePart(text);
    const [target, lossy, text2] = [createMemoryStorage(), createMemoryStorage(), createMemoryStorage()];
    const refusal = convertExport(source, target, { format: 'PARQUET' });
    await expect(refusal).rejects.toMatchObject({ code: 'VALUE_NOT_RESTORABLE', position: positionOf(losses[0]!) });
    expect((await storageFiles(target)).size).toBe(0);

    const result = await convertExport(source, lossy, { format: 'PARQUET', lossy: true });
    expect(places(result.losses)).toEqual(losses);
    expect(result.losses.every((loss) => loss.file === file && loss.table === 'forecasted-values')).toBe(true);
    expect(await valuesOf(lossy)).toEqual(await valuesOf(source));
    expect((await storageFiles(lossy)).has('_SUCCESS')).toBe(true);

    // what was lost is lost once: from there on nothing is
    await convertExport(lossy, text2, { format: 'CSV' });
    const again = await convertExport(text2, createMemoryStorage(), { format: 'PARQUET' });
    expect(again.losses).toEqual([]);
    const sum = 'forecasted-values';
    expect(again.tables[sum]?.checksum).toBe(result.tables[sum]?.checksum);
  });

  it('is refused for CSV to CSV as well', async () => {
    const [code, message] = await failureOf(() =>
      convertExport(onePart(header + row.replace('9.0', '9')), createMemoryStorage(), { format: 'CSV' }),
    );
    expect([code, message]).toEqual([
      'VALUE_NOT_RESTORABLE',
      `${file}, record 1, column p90, byte ${header.length + row.indexOf('9.0')}: '9' would be written as '9.0'`,
    ]);
  });

  it('of headers inside the data is listed, once their skipping was asked for', async () => {
    const storage = onePart(header + row + header + row);
    const target = createMemoryStorage();
    const source = await openExport(storage, { repeatedHeaders: 'skip' });
    const result = await convertExport(source, target, { format: 'PARQUET' });
    expect(places(result.losses)).toEqual([{ kind: 'repeated-headers', column: null, count: 1, record: 1, byte: end }]);
    expect(await valuesOf(target)).toEqual(await valuesOf(storage, { repeatedHeaders: 'skip' }));
  });

  it('of another dialect is listed, once that was named', async () => {
    const text = (header + row).replaceAll(',', ';').replaceAll(/(\d)\.(\d)/g, '$1,$2');
    const dialect = { delimiter: ';', decimal: ',' };
    const storage = createMemoryStorage([[file, text]]);
    const source = await openExport(storage, { dialect });
    const target = createMemoryStorage();
    const result = await convertExport(source, target, { format: 'CSV' });
    expect(places(result.losses)).toEqual([{ kind: 'dialect', column: null, count: 1, record: null, byte: null }]);
    expect((await storageFiles(target)).get(file)).toBe(header + row);
    expect((await storageFiles(target)).has('_SUCCESS')).toBe(false);
  });

  it('of empty cells beside not defined is refused in Parquet, where they are one null', async () => {
    const mixed = `${accuracyHeader}${accuracyRow}${accuracyRow.replace('not defined', '')}${accuracyRow}`;
    const source = onePart(header + row, mixed);
    const refusal = convertExport(source, createMemoryStorage(), { format: 'PARQUET' });
    const position = { file: file.replace('forecasted-values/Forecasts', 'accuracy-metrics-values/Accuracy') };
    await expect(refusal).rejects.toMatchObject({
      code: 'VALUE_NOT_RESTORABLE',
      position: { ...position, record: 2, column: 'WAPE' },
    });
    const target = createMemoryStorage();
    const result = await convertExport(source, target, { format: 'PARQUET', lossy: true });
    expect(places(result.losses)).toEqual([{ kind: 'nulls', column: 'WAPE', count: 1, record: 2, byte: null }]);
    const rows = await collect((await openExport(target)).accuracyMetrics.rows());
    expect(rows.map(({ WAPE }) => WAPE)).toEqual(['not defined', 'not defined', 'not defined']);
    const text = await convertExport(source, createMemoryStorage(), { format: 'CSV' });
    expect(text.losses).toEqual([]);
  });

  it('of a table without a byte is refused in Parquet, which needs columns', async () => {
    const source = onePart(header + row, '');
    const refusal = convertExport(source, createMemoryStorage(), { format: 'PARQUET' });
    await expect(refusal).rejects.toMatchObject({
      code: 'VALUE_NOT_RESTORABLE',
    } satisfies Partial<BacktestExportError>);
    const result = await convertExport(source, createMemoryStorage(), { format: 'PARQUET', lossy: true });
    expect(places(result.losses)).toEqual([{ kind: 'empty-parts', column: null, count: 1, record: null, byte: null }]);
    expect(result.tables['accuracy-metrics-values']).toBeNull();
    const copy = createMemoryStorage();
    await convertExport(source, copy, { format: 'CSV' });
    expect((await storageFiles(copy)).get('accuracy-metrics-values/Accuracy_bike_2021-12-14T13-20-10Z_part0.csv')).toBe(
      '',
    );
  });

  it('restores parts without a byte, and parts without a row', async () => {
    const more = (number: number): string => file.replace('part0', `part${number}`);
    const source = onePart(header + row);
    source.put(more(1), '');
    source.put(more(2), header);
    const [middle, back] = [createMemoryStorage(), createMemoryStorage()];
    await convertExport(source, middle, { format: 'PARQUET' });
    await convertExport(middle, back, { format: 'CSV' });
    const files = await storageFiles(back);
    expect([files.get(more(1)), files.get(more(2))]).toEqual(['', header]);
  });

  it('keeps the order of columns that differs from part to part', async () => {
    const source = onePart(header + row);
    const other = 'timestamp,item_id,target_value,backtestwindow_start_time,backtestwindow_end_time,p10,mean,p90\n';
    const cells = '2021-12-01T00:00:00Z,bike_9,5.0,2021-12-01T00:00:00,2021-12-14T00:00:00,1.0,4.5,9.0\n';
    source.put(file.replace('part0', 'part1'), other + cells);
    const [middle, back] = [createMemoryStorage(), createMemoryStorage()];
    const there = await convertExport(source, middle, { format: 'PARQUET' });
    const again = await convertExport(middle, back, { format: 'CSV' });
    expect((await storageFiles(back)).get(file.replace('part0', 'part1'))).toBe(other + cells);
    expect(again.tables['forecasted-values']?.checksum).toBe(there.tables['forecasted-values']?.checksum);
    const split = createMemoryStorage();
    const dealt = await convertExport(source, split, { format: 'CSV', rowsPerPart: 10 });
    expect(dealt.tables['forecasted-values']?.checksum).toBe(there.tables['forecasted-values']?.checksum);
    expect((await storageFiles(split)).get(file)).toBe(header + row + row.replace('bike_12', 'bike_9'));
  });
});

function positionOf({ record, column, byte }: Place): object {
  return { file, record, byte, ...(column === null ? {} : { column }) };
}
