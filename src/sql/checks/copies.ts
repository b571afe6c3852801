import type { Dialect } from '../dialects/dialect.ts';

/** Rows, and what makes two of them copies. */
export interface CopySource {
  /** A SELECT of the rows, with a column `part`. */
  readonly rows: string;
  /** The columns of the key. */
  readonly keys: readonly string[];
  /** The columns of type DOUBLE that are compared, and those of whole numbers. */
  readonly values: readonly string[];
  readonly counts: readonly string[];
  readonly dialect: Dialect;
}

/**
 * The rows with `likeness`: 0 for the first row of each key, for others how they repeat it: 1 exactly, 2 nearly, 3 with other
 * values; and `first_part`, its part. First is the row of the least part by its name, then of the least values.
 *
 * Exact are two numbers of one text: engines write a double with as many digits as tell it from all others, and the sign of
 * a zero. Near are those of one sign with at most 4 steps from double to double between them, see {@link isNear}.
 */
export function copiesOf({ rows, keys, values, counts, dialect }: CopySource): string {
  const order = `PARTITION BY ${keys.join(', ')} ORDER BY part, ${[...values, ...counts].join(', ')}`;
  const firsts = [...values, ...counts, 'part'].map((name) => `FIRST_VALUE(${name}) OVER (${order}) AS first_${name}`);
  const text = (name: string): string => `COALESCE(CAST(${name} AS ${textType(dialect)}), '')`;
  const exact = [
    ...values.map((name) => `${text(name)} = ${text(`first_${name}`)}`),
    ...counts.map((name) => `${name} = first_${name}`),
  ];
  const near = [
    ...values.map((name) => `(${text(name)} = ${text(`first_${name}`)} OR ${isNear(name, `first_${name}`, dialect)})`),
    ...counts.map((name) => `${name} = first_${name}`),
  ];
  return `    SELECT *,
      CASE
        WHEN copy = 1 THEN 0
        WHEN ${exact.join(' AND ')} THEN 1
        WHEN ${near.join(' AND ')} THEN 2
        ELSE 3
      END AS likeness
    FROM (
      SELECT *,
        ROW_NUMBER() OVER (${order}) AS copy,
        ${firsts.join(',\n        ')}
      FROM (
${rows}
      ) AS keyed
    ) AS numbered`;
}

function textType({ name }: Dialect): string {
  return name === 'spark' ? 'STRING' : 'VARCHAR';
}

/** 2^-53 · (1 + 2^-52): what x + x·this rounds to is the next double after a positive x that is far above the smallest. */
const stepShare = 2 ** -53 * (1 + 2 ** -52);

/**
 * Whether two doubles have one sign and at most four steps between them. The next double after x is the rounded x + x·φ with
 * φ = 2^-53 (1 + 2^-52) (Rump, Zimmermann, Boldo and Melquiond, Computing predecessor and successor in rounding to nearest, 2009),
 * from 2^-969 on; smaller ones are multiplied by 2^200 first, which is exact, and below 2^-1021 all steps are 2^-1074.
 */
function isNear(a: string, b: string, { quoteDouble, isFinite }: Dialect): string {
  const [zero, share] = [quoteDouble(0), quoteDouble(stepShare)];
  const [least, most] = [`least(abs(${a}), abs(${b}))`, `greatest(abs(${a}), abs(${b}))`];
  const next = (value: string): string => `(${value} + ${value} * ${share})`;
  const steps = (value: string): string => next(next(next(next(value))));
  const small = quoteDouble(2 ** -960);
  const scale = quoteDouble(2 ** 200);
  const close = [
    `(${least} >= ${small} AND ${most} <= ${steps(least)})`,
    `(${least} > ${zero} AND ${least} < ${small} AND ${most} * ${scale} <= ${steps(`(${least} * ${scale})`)})`,
    `${most} - ${least} <= ${quoteDouble(4 * Number.MIN_VALUE)}`,
  ];
  const finite = `${isFinite(a)} AND ${isFinite(b)}`;
  const signs = `(${a} > ${zero} AND ${b} > ${zero} OR ${a} < ${zero} AND ${b} < ${zero})`;
  return `(${finite} AND ${signs} AND (${close.join(' OR ')}))`;
}
