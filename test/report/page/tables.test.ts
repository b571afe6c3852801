import { describe, expect, it } from 'vitest';
import { numbers, pageTable, texts } from '#src/report/page/page-table.js';
import { pickQuantiles } from '#src/report/page/sections/context.js';
import { itemsSection } from '#src/report/page/sections/item-sections.js';
import { qualityStandsOut } from '#src/report/page/words/read-quality.js';
import { sampleReport } from './sample-report.js';

describe('the tables of a page', () => {
  it('have no optional column that no row has a figure in, and say how many rows they leave out', () => {
    const fields = [
      texts<number>('name', String),
      numbers<number>('some', (row) => (row === 2 ? '7' : '-'), true),
      numbers<number>('none', () => '-', true),
      numbers<number>('always', () => '-'),
    ];
    const table = pageTable([1, 2, 3], fields, { caption: '', most: 2, drop: 0 });
    expect(table?.columns.map(({ header }) => header)).toEqual(['name', 'some', 'always']);
    expect([table?.rows, table?.more]).toEqual([
      [
        ['1', '-', '-'],
        ['2', '7', '-'],
      ],
      1,
    ]);
    expect(pageTable([1], fields, { caption: '', most: 2, total: 9, drop: 0 })?.more).toBe(8);
  });

  it('have a few of many quantiles: the outermost ones, the median, others between them', () => {
    const many = ['0.01', '0.02', '0.5', ...Array.from({ length: 40 }, (_, index) => String((index + 55) / 100))];
    const picked = pickQuantiles({ forecastTypes: ['mean', ...many] }, 5);
    expect(picked).toHaveLength(5);
    expect([picked[0], picked.includes('0.5'), picked.at(-1)]).toEqual(['0.01', true, '0.94']);
    expect(pickQuantiles({ forecastTypes: ['mean', '0.1', '0.9'] }, 5)).toEqual(['0.1', '0.9']);
  });

  it('add up the shares of all items to 100%, however they are rounded', async () => {
    const report = await sampleReport();
    const [item] = report.items.costliest;
    for (const shares of [
      [0.7, 0.2, 0.1],
      [0.4, 0.1, 0.1, 0.4],
      [0.6, 0.3, 0.1 + 2e-16],
    ]) {
      const costliest = shares.map((errorShare) => ({ ...item!, errorShare }));
      const { blocks } = itemsSection({ report: { ...report, items: { ...report.items, costliest } }, most: 10 });
      const table = blocks.find((block) => block.kind === 'table' && block.caption.startsWith('Largest'));
      if (table?.kind !== 'table') throw new Error('expected the costliest items');
      const at = table.columns.findIndex(({ header }) => header === 'cumulative');
      expect(table.rows.map((row) => row[at]).at(-1)).toBe('100%');
    }
  });

  it('stand out for odd rows from the limit on', async () => {
    const report = await sampleReport();
    const odd = (crossedQuantiles: number): boolean => {
      const none = { missingActuals: 0, nonFiniteActuals: 0, negativeForecasts: {}, missingForecasts: {} };
      const counts = { ...report.summary.counts, ...none, nonFiniteForecasts: {}, rows: 1000, crossedQuantiles };
      return qualityStandsOut({ ...report, summary: { ...report.summary, counts } });
    };
    expect([odd(0), odd(49), odd(50)]).toEqual([false, false, true]);
  });
});
