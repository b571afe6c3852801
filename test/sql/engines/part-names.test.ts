import { describe, expect, it } from 'vitest';
import { nameOfPart, partNamed } from '#src/sql/engines/part-names.js';

describe('partNamed', () => {
  const names = new Set(['a b_part0.csv', '100%_part1.csv', 'a%20b_part2.csv', 'x\\y_part3.csv', 'y_part4.csv']);

  it.each([
    ['s3://bucket/export/a b_part0.csv', 'a b_part0.csv'],
    ['file:///export/a%20b_part0.csv', 'a b_part0.csv'],
    ['a b_part0.csv', 'a b_part0.csv'],
    ['C:\\export\\a b_part0.csv', 'a b_part0.csv'],
    // no escape, and one that is part of the name
    ['/export/100%_part1.csv', '100%_part1.csv'],
    ['/export/a%20b_part2.csv', 'a%20b_part2.csv'],
    // a backslash that is part of the name
    ['/export/x\\y_part3.csv', 'x\\y_part3.csv'],
    ['%2Fexport%2Fa%20b_part0.csv', 'a b_part0.csv'],
    ['/export/a b_part0.csv.crc', undefined],
    ['/export/', undefined],
    ['', undefined],
  ])('%s is %s', (file, name) => {
    expect(partNamed(file, names)).toBe(name);
  });
});

it('nameOfPart is the last segment', () => {
  expect(['a/b/c_part0.csv', 'c_part0.csv'].map((path) => nameOfPart(path))).toEqual(['c_part0.csv', 'c_part0.csv']);
});
