import { expect, it } from 'vitest';
import { numberOfStored } from '#src/sql/dialects/number-cells.js';

// an engine divides the digits of a decimal by a power of ten: right to the last bit where both are doubles
it('a decimal of more digits than a double has becomes one by its text', () => {
  const decimal = (precision: number): string =>
    numberOfStored('c', { kind: 'decimal', precision, scale: 2 }, 'VARCHAR');
  expect(decimal(15)).toBe('CAST(c AS DOUBLE)');
  expect(decimal(16)).toBe('CAST(CAST(c AS VARCHAR) AS DOUBLE)');
});
