import { describe, expect, it } from 'vitest';
import { compareExports, type TableComparison } from '#src/index.js';
import { csvExport, type ForecastCells } from './csv-export.ts';
import { seededRandom } from '../support/column-batch.ts';

/** A row of one key and one number. */
type Row = readonly [key: string, value: string];

const universe: readonly Row[] = ['x', 'y'].flatMap((key) => ['1', '2'].map((value) => [key, value] as const));

/** All lists of one to `most` rows. */
function listsOf(most: number): Row[][] {
  let lists: Row[][] = [[]];
  const all: Row[][] = [];
  for (let length = 1; length <= most; length++) {
    lists = lists.flatMap((list) => universe.map((row) => [...list, row]));
    all.push(...lists);
  }
  return all;
}

interface Paired {
  readonly common: number;
  readonly different: number;
  readonly onlyInA: readonly number[];
  readonly onlyInB: readonly number[];
}

/** The rule, slowly: the n-th row of a key with the n-th row of it on the other side. Lone rows by their number. */
function pairSlowly(a: readonly Row[], b: readonly Row[]): Paired {
  const left = b.map(() => true);
  const onlyInA: number[] = [];
  let [common, different] = [0, 0];
  for (const [number, [key, value]] of a.entries()) {
    const partner = b.findIndex(([other], at) => left[at] === true && other === key);
    if (partner < 0) {
      onlyInA.push(number);
      continue;
    }
    left[partner] = false;
    common++;
    if (b[partner]?.[1] !== value) different++;
  }
  return { common, different, onlyInA, onlyInB: [...b.keys()].filter((at) => left[at]) };
}

function cellsOf([key, value]: Row): ForecastCells {
  return [key, 0, `${value}.0`, '1.0', '1.0', '1.0'];
}

/** Where each row of the list stands: by part and record. */
function cut(rows: readonly Row[], cuts: readonly number[]): Row[][] {
  const edges = [0, ...cuts, rows.length];
  return edges.slice(1).map((end, index) => rows.slice(edges[index], end));
}

/** The same in terms of a comparison's result, the rows in parts cut at the given places. */
async function pair(a: Row[][], b: Row[][], maxHeldRows = 1_000_000): Promise<Paired> {
  const open = (parts: Row[][]): ReturnType<typeof csvExport> => csvExport(parts.map((rows) => rows.map(cellsOf)));
  const options = { on: 'rows', maxHeldRows, maxPlaces: 1000 } as const;
  const result = await compareExports(await open(a), await open(b), options);
  const table = result.on === 'rows' ? result.tables[0] : undefined;
  if (table === undefined) throw new Error('expected a table');
  return {
    common: table.common,
    different: table.different,
    onlyInA: numbersOf(table.onlyInA, a),
    onlyInB: numbersOf(table.onlyInB, b),
  };
}

function numbersOf({ places }: TableComparison['onlyInA'], parts: readonly Row[][]): number[] {
  const firsts = parts.map((_, part) => parts.slice(0, part).reduce((sum, rows) => sum + rows.length, 0));
  return places.map(({ place }) => {
    const part = Number(/part(\d+)\.csv$/.exec(place.file)?.[1]);
    return (firsts[part] ?? 0) + place.record - 1;
  });
}

describe('rows of one key', () => {
  it('are paired with the first remaining row of it on the other side, held or current', async () => {
    const found = await pair(
      [
        [
          ['x', '1'],
          ['x', '2'],
        ],
      ],
      [
        [
          ['y', '1'],
          ['x', '1'],
        ],
      ],
    );
    expect(found).toEqual({ common: 1, different: 0, onlyInA: [1], onlyInB: [0] });
  });

  it('are paired in their order in small cases of every kind', async () => {
    const lists = listsOf(3);
    for (const [index, a] of lists.entries()) {
      // all of up to four rows on both sides together, of the longer ones every sixteenth
      const others = lists.filter((b, other) => a.length + b.length < 5 || (index + other) % 16 === 0);
      for (const b of others) expect(await pair([a], [b]), JSON.stringify([a, b])).toEqual(pairSlowly(a, b));
    }
  }, 60_000);

  it('are so across every cut of the parts', async () => {
    const random = seededRandom(20_260_101);
    const list = (): Row[] => Array.from({ length: 6 }, () => universe[Math.floor(random() * 4)] ?? ['x', '1']);
    for (let round = 0; round < 12; round++) {
      const [a, b] = [list(), list()];
      const expected = pairSlowly(a, b);
      for (let cutA = 0; cutA <= a.length; cutA++) {
        for (let cutB = 0; cutB <= b.length; cutB++) {
          const found = await pair(cut(a, [cutA]), cut(b, [cutB]));
          expect(found, JSON.stringify([a, b, cutA, cutB])).toEqual(expected);
        }
      }
    }
  }, 60_000);

  it('are so in many batches and in shares of the series', async () => {
    const random = seededRandom(7);
    const list = (keys: number, length: number): Row[] =>
      Array.from({ length }, () => [`k${Math.floor(random() * keys)}`, String(Math.floor(random() * 3))]);
    for (const [keys, held] of [
      [40, 1_000_000],
      [2000, 1_000_000],
      [2000, 1500],
    ] as const) {
      const rows = list(keys, 5000);
      // mostly in step, so that rows are at hand on both sides while others of their key are held
      const other = rows.flatMap((row, index): Row[] =>
        index % 50 === 0 ? [] : index % 75 === 0 ? [row, row] : [row],
      );
      expect(await pair([rows], [other], held)).toEqual(shorten(pairSlowly(rows, other)));
    }
  }, 60_000);
});

/** No more places than are asked for. */
function shorten({ onlyInA, onlyInB, ...counts }: Paired): Paired {
  return { ...counts, onlyInA: onlyInA.slice(0, 1000), onlyInB: onlyInB.slice(0, 1000) };
}
