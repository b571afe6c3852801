import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, verifyExport, type FindingCode } from '#src/index.js';

/** A row of forecasts: item, window, minute of the window's day, value. */
type Row = readonly [item: string, window: number, minute: number, value: number];

const windows = ['2021-11-01', '2021-11-02'];
const horizon = 4;
const valueOf = [1, 1 + Number.EPSILON, 2] as const;

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.constantFrom('a', 'b', 'ü', ''),
  fc.integer({ min: 0, max: 1 }),
  fc.constantFrom(0, 60, 120, 180, 180, 90, 240),
  fc.constantFrom(...valueOf, 1),
);
/** Up to three parts with rows in any order. */
const parts = fc.array(fc.array(row, { minLength: 1, maxLength: 14 }), { minLength: 1, maxLength: 3 });

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`;

function csvOf(rows: readonly Row[]): string {
  const lines = rows.map(([item, window, minute, value]) => {
    const day = windows[window] ?? '';
    return `${item},${day}T${clock(minute)}Z,5.0,${day}T00:00:00,${day}T03:00:00,${value}\n`;
  });
  const header = 'item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,mean\n';
  return header + lines.join('');
}

/** What must be found, from maps of whole rows; undefined where parts or the table repeat as wholes. */
function slowly(all: readonly (readonly Row[])[]): Partial<Record<FindingCode, number>> | undefined {
  const counts: Partial<Record<FindingCode, number>> = {};
  const add = (code: FindingCode, count = 1): void => void (counts[code] = (counts[code] ?? 0) + count);
  const keys = new Map<string, number[]>();
  const times = new Map<string, Set<number>>();
  for (const [item, window, minute, value] of all.flat()) {
    if (item === '') {
      add('ITEM_EMPTY');
      continue;
    }
    if (minute > 180) add('TIME_OUTSIDE_WINDOW');
    else if (minute % 60 !== 0) add('TIME_OFF_FREQUENCY');
    keys.set(`${item} ${window} ${minute}`, [...(keys.get(`${item} ${window} ${minute}`) ?? []), value]);
    times.set(`${item} ${window}`, (times.get(`${item} ${window}`) ?? new Set()).add(minute));
  }
  for (const [first, ...copies] of keys.values()) {
    for (const copy of copies) {
      if (copy === first) add('DUPLICATE_EXACT');
      else add(Math.abs(copy - (first ?? 0)) < 1e-9 ? 'DUPLICATE_NEAR' : 'DUPLICATE_DIFFERENT');
    }
  }
  for (const known of times.values()) if (known.size < horizon) add('STEP_MISSING', horizon - known.size);
  const copies = new Set([...keys.values()].map((values) => values.length));
  const merged = keys.size > 1 && copies.size === 1 && !copies.has(1) && counts.DUPLICATE_DIFFERENT === undefined;
  const rowsOf = all.map((rows) => JSON.stringify(rows.filter(([item]) => item !== '')));
  return merged || new Set(rowsOf).size < rowsOf.length ? undefined : counts;
}

describe('rows in any order and any parts', () => {
  it('give what a slow reference finds', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(parts, async (all) => {
        const expected = slowly(all);
        if (expected === undefined) return;
        const storage = createMemoryStorage();
        for (const [part, rows] of all.entries()) {
          storage.put(`forecasted-values/Forecasts_x_2021-12-14T13-20-10Z_part${part}.csv`, csvOf(rows));
        }
        const report = await verifyExport(storage, {
          frequency: { unit: 'hour', count: 1, text: 'H' },
          rules: { SUCCESS_MARKER_MISSING: 'off', CHECK_MARKER_MISSING: 'off', TABLE_MISSING: 'off' },
        });
        expect(Object.fromEntries(report.findings.map(({ code, count }) => [code, count]))).toEqual(expected);
        compared++;
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});
