import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStorage, repairExport, verifyExport, type MemoryStorage } from '#src/index.js';
import { forecastHeader as header, forecastPart, forecastRow } from '../convert/one-part.ts';
import { failureOf } from '../support/failure.ts';

/** Spellings of a forecast: twice one number, one near it, one near that, others, and what is no number. */
const values = ['4.5', '4.50', '4.500000000000002', '4.500000000000005', '4.75', '0.0', '-0.0', '', 'NaN'];
const row = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 2 }), fc.constantFrom(...values))
  .map(([item, day, value]) =>
    forecastRow
      .replace('bike_12', item)
      .replace('2021-12-01T00', `2021-12-0${day + 1}T00`)
      .replace('4.5', value),
  );
/** Parts of rows; and the same once more, or with every number a little away, as merged exports have it. */
const exports = fc
  .tuple(fc.array(fc.array(row, { maxLength: 5 }), { minLength: 1, maxLength: 3 }), fc.constantFrom('', 'same', 'near'))
  .map(([parts, again]) => {
    const copies = parts.map((rows) =>
      rows.map((text) => (again === 'near' ? text.replace(',1.0,', ',1.0000000000000002,') : text)),
    );
    return again === '' ? parts : [...parts, ...copies];
  });

function exportOf(parts: readonly (readonly string[])[]): MemoryStorage {
  const files = parts.map(
    (rows, part) => [forecastPart.replace('part0', `part${part}`), header + rows.join('')] as const,
  );
  return createMemoryStorage([...files, ['_SUCCESS', '']]);
}

async function countsOf(source: MemoryStorage): Promise<Map<string, number>> {
  const { findings } = await verifyExport(source);
  return new Map(findings.map(({ code, count }) => [code, count]));
}

describe('verify and repair', () => {
  it('agree about any export: what is reported is what is dropped, and nothing of it is left', async () => {
    await fc.assert(
      fc.asyncProperty(exports, async (parts) => {
        fc.pre(parts.some((rows) => rows.length > 0));
        const source = exportOf(parts);
        const told = await countsOf(source);
        const target = createMemoryStorage();
        const { repairs } = await repairExport(source, target, { conflicts: 'keep-first' });
        const dropped = new Map(repairs.map(({ kind, count }) => [kind, count]));
        const [code] = await failureOf(() => repairExport(source, createMemoryStorage())).catch(() => ['fine']);
        if (!told.has('PART_REPEATED')) {
          expect(code === 'ROW_CONFLICT').toBe(told.has('DUPLICATE_DIFFERENT'));
          expect(dropped.has('merged-exports')).toBe(told.has('EXPORTS_MERGED'));
          expect([dropped.get('duplicate-rows'), dropped.get('near-rows'), dropped.get('conflicting-rows')]).toEqual([
            told.get('DUPLICATE_EXACT'),
            told.get('DUPLICATE_NEAR'),
            told.get('DUPLICATE_DIFFERENT'),
          ]);
        }
        const left = [...(await countsOf(target)).keys()];
        expect(left.filter((each) => /^DUPLICATE|^EXPORTS_MERGED|^PART_REPEATED/.test(each))).toEqual([]);
      }),
      { numRuns: 80 },
    );
  }, 60_000);
});
