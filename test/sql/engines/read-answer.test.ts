import { describe, expect, it } from 'vitest';
import { AnswerRow } from '#src/sql/checks/answer-row.js';
import type { SqlCell } from '#src/sql/engines/engine.js';
import { AnswerReader } from '#src/sql/engines/read-answer.js';
import { failure } from '../../support/failure.js';

type Kind = 'integer' | 'count' | 'number' | 'text';

function read(kind: Kind, cells: readonly SqlCell[]): unknown {
  return new AnswerRow(cells, new AnswerReader('Trino'))[kind]();
}

describe('a cell of an answer', () => {
  it.each<[Kind, SqlCell, number | string | null]>([
    ['integer', -3, -3],
    ['integer', -3n, -3],
    ['integer', '-3', -3],
    ['integer', '12.000', 12],
    ['integer', null, null],
    ['count', '18.0', 18],
    ['count', null, 0],
    ['number', 2n, 2],
    ['number', '-1.5E-7', -1.5e-7],
    ['number', 'NaN', Number.NaN],
    ['number', '-Infinity', -Infinity],
    ['number', null, null],
    ['text', '5', '5'],
    ['text', null, ''],
  ])('as %s: %s', (kind, cell, value) => {
    expect(read(kind, [cell])).toBe(value);
  });

  it.each<[Kind, readonly SqlCell[], string]>([
    ['integer', [1.5], 'a whole number in the column 1 of the answer, found 1.5'],
    ['integer', [2n ** 53n], 'a whole number in the column 1 of the answer, found 9007199254740992'],
    ['integer', ['1e3'], "a whole number in the column 1 of the answer, found '1e3'"],
    ['integer', [true], 'a whole number in the column 1 of the answer, found true'],
    ['count', ['-1'], "a whole number in the column 1 of the answer, found '-1'"],
    ['number', ['1,5'], "a number in the column 1 of the answer, found '1,5'"],
    ['number', [false], 'a number in the column 1 of the answer, found false'],
    ['text', [5], 'a text in the column 1 of the answer, found 5'],
    ['text', [], 'a text in the column 1 of the answer, found undefined'],
  ])('as %s refuses %o', (kind, cells, problem) => {
    expect(failure(() => read(kind, cells))).toEqual(['ENGINE_RESULT_INVALID', `Trino: expected ${problem}`]);
  });

  it('is the next one of its row, and none after the last', () => {
    const row = new AnswerRow([1, 'a', null], new AnswerReader('Trino'));
    expect([row.integer(), row.text(), row.count()]).toEqual([1, 'a', 0]);
    const problem = 'Trino: expected a whole number in the column 4 of the answer, found undefined';
    expect(failure(() => row.count())).toEqual(['ENGINE_RESULT_INVALID', problem]);
  });
});
