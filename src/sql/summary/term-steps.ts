import type { RecordShape } from '../../metrics/forecast/record-shape.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { ForecastTerms } from '../terms/forecast-terms.ts';

/** A CTE with a comment above it: columns, one a line, of another CTE. */
export function writeStep(name: string, comment: string, columns: readonly string[], from: string): string {
  const list = columns.map((column) => `    ${column.replaceAll('\n', '\n    ')}`).join(',\n');
  return `-- ${comment}\n${name} AS (\n  SELECT\n${list}\n  FROM ${from}\n)`;
}

/**
 * The CTEs that follow `cells`, the last of which is `terms`: a row for each record with the terms of its sums. `kept` are
 * the columns of `cells` that are needed besides the numbers.
 */
export function writeTermSteps(
  dialect: Dialect,
  shape: RecordShape,
  terms: ForecastTerms,
  kept: readonly string[],
): string[] {
  const values = ['y', ...shape.types.map((_, type) => `f${type}`)];
  const names = shape.types.map((type, number) => `f${number} ${type}`).join(', ');
  const finite = values.map((value) => `CASE WHEN ${dialect.isFinite(value)} THEN ${value} END AS ${value}`);
  const [one, zero] = [dialect.quoteDouble(1), dialect.quoteDouble(0)];
  const signs = terms.sums.flatMap(({ name, signs }) =>
    signs === undefined ? [] : [`CASE WHEN ${name} > 0 THEN ${one} ELSE ${zero} END AS ${signs.positive}`],
  );
  const columnsOf = (step: 'errors' | 'terms'): string[] =>
    terms.sums.flatMap((term) => (term.step === step ? [`${term.expression} AS ${term.name}`] : []));
  return [
    writeStep(
      'finite',
      `y is the actual, ${names}; NULL where they are not finite`,
      [...kept, ...values.map((value) => `${value} AS any_${value}`), ...finite],
      'cells',
    ),
    writeStep(
      'errors',
      'a is |y|, e0 y - f0, w0 the width of an interval; excluded has a bit for each forecast that a row with an actual lacks',
      ['*', ...columnsOf('errors'), `${terms.excluded} AS excluded`],
      'finite',
    ),
    writeStep('terms', 'positive0 is 1 where e0 is positive', ['*', ...columnsOf('terms'), ...signs], 'errors'),
  ];
}
