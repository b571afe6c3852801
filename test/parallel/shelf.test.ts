import { describe, expect, it } from 'vitest';
import { Shelf } from '#src/parallel/shelf.js';

describe('Shelf', () => {
  it('gives back what was put, in order and uncopied, once', () => {
    const shelf = new Shelf<{ readonly name: string; readonly values: Float64Array }>();
    const arrays = [new Float64Array([1, 2]), new Float64Array(0), new Float64Array([Number.NaN])];
    for (const [index, values] of arrays.entries()) {
      shelf.put({ name: `value ${index}`, values }, [values.buffer]);
    }
    expect(arrays.map(({ length }) => length)).toEqual([0, 0, 0]);
    expect(shelf.takeAll()).toEqual([
      { name: 'value 0', values: new Float64Array([1, 2]) },
      { name: 'value 1', values: new Float64Array(0) },
      { name: 'value 2', values: new Float64Array([Number.NaN]) },
    ]);
    expect(shelf.takeAll()).toEqual([]);
    shelf.close();
  });
});
