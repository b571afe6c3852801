import { describe, expect, it } from 'vitest';
import { planRecordShape } from '#src/metrics/forecast/record-shape.js';
import { dialects } from '#src/sql/dialects/dialects.js';
import { writeCountQuery } from '#src/sql/summary/count-query.js';
import { writeRangeQuery } from '#src/sql/summary/range-query.js';
import { writeSummaryQuery, type SummaryQuery } from '#src/sql/summary/summary-query.js';
import { planLadder, wideLadders, type Ladders } from '#src/sql/terms/ladder.js';
import { forecastSchema } from '../../support/column-batch.ts';

const cells = 'cells AS (\n  SELECT * FROM forecasts\n)';
const shape = planRecordShape(forecastSchema(['mean', '0.1', '0.9']));
/** Short ones, so that the text is. */
const ladders: Ladders = {
  errors: planLadder({ top: 10, bottom: -43 }, 1024)!,
  squares: planLadder({ top: 20, bottom: -80 }, 1024)!,
  shares: planLadder({ top: 10, bottom: -30 }, 1024)!,
};

function write(dialect: keyof typeof dialects, sums: Ladders | 'plain' = ladders): SummaryQuery {
  const keys = [{ kind: 'item' }, { kind: 'timestamp' }, { kind: 'dimension', name: 'store', number: 0 }] as const;
  return writeSummaryQuery({ dialect: dialects[dialect], cells, shape, keys, sums });
}

describe('writeSummaryQuery', () => {
  it('is text that a reader can follow', () => {
    expect(write('duckdb').sql).toMatchInlineSnapshot(`
      "WITH cells AS (
        SELECT * FROM forecasts
      ),
      -- y is the actual, f0 mean, f1 0.1, f2 0.9; NULL where they are not finite
      finite AS (
        SELECT
          ws,
          we,
          item,
          ts,
          d0,
          bad,
          y AS any_y,
          f0 AS any_f0,
          f1 AS any_f1,
          f2 AS any_f2,
          CASE WHEN (y IS NOT NULL AND isfinite(y)) THEN y END AS y,
          CASE WHEN (f0 IS NOT NULL AND isfinite(f0)) THEN f0 END AS f0,
          CASE WHEN (f1 IS NOT NULL AND isfinite(f1)) THEN f1 END AS f1,
          CASE WHEN (f2 IS NOT NULL AND isfinite(f2)) THEN f2 END AS f2
        FROM cells
      ),
      -- a is |y|, e0 y - f0, w0 the width of an interval; excluded has a bit for each forecast that a row with an actual lacks
      errors AS (
        SELECT
          *,
          ABS(y) AS a,
          y - f0 AS e0,
          y - f1 AS e1,
          y - f2 AS e2,
          CASE WHEN y IS NOT NULL THEN f2 - f1 END AS w0,
          CASE
            WHEN y IS NULL THEN 0
            ELSE CASE WHEN f0 IS NULL THEN 1 ELSE 0 END
              + CASE WHEN f1 IS NULL THEN 2 ELSE 0 END
              + CASE WHEN f2 IS NULL THEN 4 ELSE 0 END
          END AS excluded
        FROM finite
      ),
      -- positive0 is 1 where e0 is positive
      terms AS (
        SELECT
          *,
          e0 * e0 AS squared,
          CASE WHEN y <> 0 THEN ABS(e0 / y) END AS share,
          CASE WHEN e0 > 0 THEN 1E0 ELSE 0E0 END AS positive0,
          CASE WHEN e1 > 0 THEN 1E0 ELSE 0E0 END AS positive1,
          CASE WHEN e2 > 0 THEN 1E0 ELSE 0E0 END AS positive2
        FROM errors
      ),
      -- each term rounded to a multiple of 2^k: (x + M) - M with M = 1.5 * 2^(k+52)
      level0 AS (
        SELECT
          *,
          (a + 786432E0) - 786432E0 AS a_0,
          (e0 + 786432E0) - 786432E0 AS e0_0,
          (e1 + 786432E0) - 786432E0 AS e1_0,
          (e2 + 786432E0) - 786432E0 AS e2_0,
          (w0 + 786432E0) - 786432E0 AS w0_0,
          (squared + 805306368E0) - 805306368E0 AS squared_0
        FROM terms
      ),
      -- what is left of it, exactly
      left1 AS (
        SELECT
          *,
          a - a_0 AS a_left1,
          e0 - e0_0 AS e0_left1,
          e1 - e1_0 AS e1_left1,
          e2 - e2_0 AS e2_left1,
          w0 - w0_0 AS w0_left1,
          squared - squared_0 AS squared_left1
        FROM level0
      ),
      -- that rounded to a multiple of a smaller power of two
      level1 AS (
        SELECT
          *,
          (squared_left1 + 0.0000457763671875E0) - 0.0000457763671875E0 AS squared_1
        FROM left1
      ),
      -- what is left of it
      left2 AS (
        SELECT
          *,
          squared_left1 - squared_1 AS squared_left2
        FROM level1
      )
      SELECT
        CAST(epoch_ms(ws) AS VARCHAR) AS window_start,
        CAST(epoch_ms(we) AS VARCHAR) AS window_end,
        CASE WHEN chr(65279) = LEFT(item, 1) THEN chr(65279) || item ELSE item END AS item_id,
        CAST(epoch_ms(ts) AS VARCHAR) AS step_time,
        CASE WHEN chr(65279) = LEFT(d0, 1) THEN chr(65279) || d0 ELSE d0 END AS dimension0,
        excluded AS excluded_types,
        -- cells that are not what their column should be: above 0, nothing else here is right
        SUM(bad) AS n_unreadable,
        -- counts of rows
        COUNT(*) AS n_rows,
        COUNT(y) AS n_actuals,
        COUNT(*) - COUNT(any_y) AS n_missing,
        COUNT(any_y) - COUNT(y) AS n_not_finite,
        COUNT_IF(y = 0) AS n_zero,
        COUNT_IF(f1 > f2) AS n_crossed,
        COUNT_IF(f0 < 0) AS n_negative0,
        COUNT_IF(y <= f0) AS n_covered0,
        COUNT(*) - COUNT(any_f0) AS n_missing0,
        COUNT(any_f0) - COUNT(f0) AS n_not_finite0,
        COUNT_IF(f1 < 0) AS n_negative1,
        COUNT_IF(y <= f1) AS n_covered1,
        COUNT(*) - COUNT(any_f1) AS n_missing1,
        COUNT(any_f1) - COUNT(f1) AS n_not_finite1,
        COUNT_IF(f2 < 0) AS n_negative2,
        COUNT_IF(y <= f2) AS n_covered2,
        COUNT(*) - COUNT(any_f2) AS n_missing2,
        COUNT(any_f2) - COUNT(f2) AS n_not_finite2,
        COUNT_IF(f1 <= y AND y <= f2) AS n_inside0,
        -- levels of |y|
        SUM(a_0) AS a_level0,
        SUM(a_left1) AS a_level1,
        -- levels of y - mean
        SUM(e0_0 * positive0) AS e0_under0,
        SUM(e0_0 * positive0) - SUM(e0_0) AS e0_over0,
        SUM(e0_left1 * positive0) AS e0_under1,
        SUM(e0_left1 * positive0) - SUM(e0_left1) AS e0_over1,
        -- levels of y - 0.1
        SUM(e1_0 * positive1) AS e1_under0,
        SUM(e1_0 * positive1) - SUM(e1_0) AS e1_over0,
        SUM(e1_left1 * positive1) AS e1_under1,
        SUM(e1_left1 * positive1) - SUM(e1_left1) AS e1_over1,
        -- levels of y - 0.9
        SUM(e2_0 * positive2) AS e2_under0,
        SUM(e2_0 * positive2) - SUM(e2_0) AS e2_over0,
        SUM(e2_left1 * positive2) AS e2_under1,
        SUM(e2_left1 * positive2) - SUM(e2_left1) AS e2_over1,
        -- levels of 0.9 - 0.1
        SUM(w0_0) AS w0_level0,
        SUM(w0_left1) AS w0_level1,
        -- levels of (y - mean)^2
        SUM(squared_0) AS squared_level0,
        SUM(squared_1) AS squared_level1,
        SUM(squared_left2) AS squared_level2,
        -- levels of |y - mean| / |y|
        SUM(share) AS share_level0,
        -- rows that the levels do not hold exactly: above 0, ask again with more of them
        COUNT_IF(
          ABS(a) >= 1024E0 OR (a_left1 + 4.470348358154297E-8) - 4.470348358154297E-8 <> a_left1
          OR ABS(e0) >= 1024E0 OR (e0_left1 + 4.470348358154297E-8) - 4.470348358154297E-8 <> e0_left1
          OR ABS(e1) >= 1024E0 OR (e1_left1 + 4.470348358154297E-8) - 4.470348358154297E-8 <> e1_left1
          OR ABS(e2) >= 1024E0 OR (e2_left1 + 4.470348358154297E-8) - 4.470348358154297E-8 <> e2_left1
          OR ABS(w0) >= 1024E0 OR (w0_left1 + 4.470348358154297E-8) - 4.470348358154297E-8 <> w0_left1
        ) + CASE WHEN COUNT(*) > 1024 THEN COUNT(*) ELSE 0 END AS rest_of_errors,
        -- rows that the levels do not hold exactly: above 0, ask again with more of them
        COUNT_IF(
          ABS(squared) >= 1048576E0 OR (squared_left2 + 2.6020852139652106E-18) - 2.6020852139652106E-18 <> squared_left2
        ) + CASE WHEN COUNT(*) > 1024 THEN COUNT(*) ELSE 0 END AS rest_of_squares,
        -- rows that the levels do not hold exactly: above 0, ask again with more of them
        COUNT_IF(
          ABS(share) >= 1024E0 OR (share + 786432E0) - 786432E0 <> share
        ) + CASE WHEN COUNT(*) > 1024 THEN COUNT(*) ELSE 0 END AS rest_of_shares
      FROM left2
      GROUP BY ws, we, item, ts, d0, excluded"
    `);
  });

  it('differs by dialect in times, literals and what is finite only', () => {
    const plain = new Set(write('duckdb').sql.split('\n'));
    const others = (dialect: keyof typeof dialects): string[] =>
      write(dialect)
        .sql.split('\n')
        .filter((line) => !plain.has(line));
    expect(others('trino').join('\n')).toMatchInlineSnapshot(`
      "    CASE WHEN (y IS NOT NULL AND is_finite(y)) THEN y END AS y,
          CASE WHEN (f0 IS NOT NULL AND is_finite(f0)) THEN f0 END AS f0,
          CASE WHEN (f1 IS NOT NULL AND is_finite(f1)) THEN f1 END AS f1,
          CASE WHEN (f2 IS NOT NULL AND is_finite(f2)) THEN f2 END AS f2
        CAST((TIMESTAMP '1970-01-01 00:00:00.000' + ws * INTERVAL '0.001' SECOND) AS VARCHAR) AS window_start,
        CAST((TIMESTAMP '1970-01-01 00:00:00.000' + we * INTERVAL '0.001' SECOND) AS VARCHAR) AS window_end,
        item AS item_id,
        CAST((TIMESTAMP '1970-01-01 00:00:00.000' + ts * INTERVAL '0.001' SECOND) AS VARCHAR) AS step_time,
        d0 AS dimension0,"
    `);
    expect(write('athena').sql).toBe(write('trino').sql);
    expect(others('spark').join('\n')).toMatchInlineSnapshot(`
      "    CASE WHEN (y IS NOT NULL AND abs(y) <= 1.7976931348623157E308D) THEN y END AS y,
          CASE WHEN (f0 IS NOT NULL AND abs(f0) <= 1.7976931348623157E308D) THEN f0 END AS f0,
          CASE WHEN (f1 IS NOT NULL AND abs(f1) <= 1.7976931348623157E308D) THEN f1 END AS f1,
          CASE WHEN (f2 IS NOT NULL AND abs(f2) <= 1.7976931348623157E308D) THEN f2 END AS f2
          CASE WHEN e0 > 0 THEN 1E0D ELSE 0E0D END AS positive0,
          CASE WHEN e1 > 0 THEN 1E0D ELSE 0E0D END AS positive1,
          CASE WHEN e2 > 0 THEN 1E0D ELSE 0E0D END AS positive2
          (a + 786432E0D) - 786432E0D AS a_0,
          (e0 + 786432E0D) - 786432E0D AS e0_0,
          (e1 + 786432E0D) - 786432E0D AS e1_0,
          (e2 + 786432E0D) - 786432E0D AS e2_0,
          (w0 + 786432E0D) - 786432E0D AS w0_0,
          (squared + 805306368E0D) - 805306368E0D AS squared_0
          (squared_left1 + 0.0000457763671875E0D) - 0.0000457763671875E0D AS squared_1
        CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, ws / 1000BD) AS STRING) AS window_start,
        CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, we / 1000BD) AS STRING) AS window_end,
        item AS item_id,
        CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, ts / 1000BD) AS STRING) AS step_time,
        d0 AS dimension0,
          ABS(a) >= 1024E0D OR (a_left1 + 4.470348358154297E-8D) - 4.470348358154297E-8D <> a_left1
          OR ABS(e0) >= 1024E0D OR (e0_left1 + 4.470348358154297E-8D) - 4.470348358154297E-8D <> e0_left1
          OR ABS(e1) >= 1024E0D OR (e1_left1 + 4.470348358154297E-8D) - 4.470348358154297E-8D <> e1_left1
          OR ABS(e2) >= 1024E0D OR (e2_left1 + 4.470348358154297E-8D) - 4.470348358154297E-8D <> e2_left1
          OR ABS(w0) >= 1024E0D OR (w0_left1 + 4.470348358154297E-8D) - 4.470348358154297E-8D <> w0_left1
          ABS(squared) >= 1048576E0D OR (squared_left2 + 2.6020852139652106E-18D) - 2.6020852139652106E-18D <> squared_left2
          ABS(share) >= 1024E0D OR (share + 786432E0D) - 786432E0D <> share"
    `);
  });

  it('sums as the engine does where asked to', () => {
    const { sql } = write('trino', 'plain');
    expect(sql.slice(sql.indexOf('  -- |y|'))).toMatchInlineSnapshot(`
      "  -- |y|
        SUM(a) AS a_sum,
        -- y - mean
        SUM(CASE WHEN e0 > 0 THEN e0 END) AS e0_under,
        SUM(CASE WHEN e0 < 0 THEN -e0 END) AS e0_over,
        -- y - 0.1
        SUM(CASE WHEN e1 > 0 THEN e1 END) AS e1_under,
        SUM(CASE WHEN e1 < 0 THEN -e1 END) AS e1_over,
        -- y - 0.9
        SUM(CASE WHEN e2 > 0 THEN e2 END) AS e2_under,
        SUM(CASE WHEN e2 < 0 THEN -e2 END) AS e2_over,
        -- 0.9 - 0.1
        SUM(w0) AS w0_sum,
        -- (y - mean)^2
        SUM(squared) AS squared_sum,
        -- |y - mean| / |y|
        SUM(share) AS share_sum
      FROM terms
      GROUP BY ws, we, item, ts, d0, excluded"
    `);
  });

  it('says what each column is', () => {
    const { sql, columns } = write('trino');
    const list = sql.slice(sql.lastIndexOf('\nSELECT\n')).matchAll(/^ {2}\S.* AS (\w+),?$|^ {2}\).* AS (\w+),?$/gm);
    const aliases = [...list].map(([, plain, closing]) => plain ?? closing);
    expect(aliases).toHaveLength(columns.length);
    const described = columns.map((column, at) => [aliases[at], ...Object.values(column)].join(' '));
    expect(described.join('\n')).toMatchInlineSnapshot(`
      "window_start windowStart
      window_end windowEnd
      item_id item
      step_time timestamp
      dimension0 dimension store
      excluded_types excluded
      n_unreadable unreadable
      n_rows count 0
      n_actuals count 1
      n_missing count 2
      n_not_finite count 3
      n_zero count 4
      n_crossed count 5
      n_negative0 count 6
      n_covered0 count 7
      n_missing0 count 8
      n_not_finite0 count 9
      n_negative1 count 11
      n_covered1 count 12
      n_missing1 count 13
      n_not_finite1 count 14
      n_negative2 count 16
      n_covered2 count 17
      n_missing2 count 18
      n_not_finite2 count 19
      n_inside0 count 21
      a_level0 level 0 0 -33
      a_level1 level 0 1 -77
      e0_under0 level 1 0 -33
      e0_over0 level 2 0 -33
      e0_under1 level 1 1 -77
      e0_over1 level 2 1 -77
      e1_under0 level 3 0 -33
      e1_over0 level 4 0 -33
      e1_under1 level 3 1 -77
      e1_over1 level 4 1 -77
      e2_under0 level 5 0 -33
      e2_over0 level 6 0 -33
      e2_under1 level 5 1 -77
      e2_over1 level 6 1 -77
      w0_level0 level 7 0 -33
      w0_level1 level 7 1 -77
      squared_level0 level 8 0 -23
      squared_level1 level 8 1 -67
      squared_level2 level 8 2 -111
      share_level0 level 9 0 -33
      rest_of_errors rest errors
      rest_of_squares rest squares
      rest_of_shares rest shares"
    `);
  });

  it('is within what Athena takes, for six types and 2^34 rows', () => {
    const large = planRecordShape(forecastSchema(['mean', '0.01', '0.1', '0.5', '0.9', '0.99']));
    const { sql } = writeSummaryQuery({
      dialect: dialects.athena,
      cells,
      shape: large,
      keys: [],
      sums: wideLadders(),
    });
    expect(sql.length).toBeGreaterThan(10_000);
    expect(sql.length).toBeLessThan(40_000);
  });

  it('refuses more forecast types than a mask has bits', () => {
    const types = (count: number): string[] => Array.from({ length: count }, (_, at) => ((at + 1) / 100).toFixed(2));
    const of = (count: number): SummaryQuery => {
      const many = planRecordShape(forecastSchema(types(count)));
      return writeSummaryQuery({ dialect: dialects.trino, cells, shape: many, keys: [], sums: 'plain' });
    };
    expect(of(52).sql).toContain('CASE WHEN f51 IS NULL THEN 2251799813685248 ELSE 0 END');
    expect(() => of(53)).toThrow(
      expect.objectContaining({ code: 'SCHEMA_INVALID', problem: expect.stringMatching(/at most 52 .* found 53$/) }),
    );
  });

  it('has no squares and no shares without a point forecast, and no crossed quantiles of one', () => {
    const few = planRecordShape(forecastSchema(['0.1']), undefined);
    const { sql, columns } = writeSummaryQuery({ dialect: dialects.trino, cells, shape: few, keys: [], sums: ladders });
    expect(sql).not.toMatch(/squared|share/);
    expect(sql).toContain('  0 AS n_crossed,');
    // the ladder of squares is longer, but has no terms
    expect(sql).toContain('\nFROM left1\n');
    expect(columns.filter(({ kind }) => kind === 'rest')).toEqual([{ kind: 'rest', ladder: 'errors' }]);
  });
});

describe('writeRangeQuery and writeCountQuery', () => {
  it('are text that a reader can follow', () => {
    const range = writeRangeQuery({ dialect: dialects.trino, cells, shape: planRecordShape(forecastSchema(['mean'])) });
    expect(range.sql.slice(range.sql.lastIndexOf('terms AS'))).toMatchInlineSnapshot(`
      "terms AS (
        SELECT
          *,
          e0 * e0 AS squared,
          CASE WHEN y <> 0 THEN ABS(e0 / y) END AS share,
          CASE WHEN e0 > 0 THEN 1E0 ELSE 0E0 END AS positive0
        FROM errors
      )
      SELECT
        -- |y|
        MAX(ABS(a)) AS a_largest,
        MIN(CASE WHEN a <> 0 THEN ABS(a) END) AS a_smallest,
        -- y - mean
        MAX(ABS(e0)) AS e0_largest,
        MIN(CASE WHEN e0 <> 0 THEN ABS(e0) END) AS e0_smallest,
        -- (y - mean)^2
        MAX(ABS(squared)) AS squared_largest,
        MIN(CASE WHEN squared <> 0 THEN ABS(squared) END) AS squared_smallest,
        -- |y - mean| / |y|
        MAX(ABS(share)) AS share_largest,
        MIN(CASE WHEN share <> 0 THEN ABS(share) END) AS share_smallest
      FROM terms"
    `);
    expect(range.columns.map(({ ladder, bound }) => `${ladder} ${bound}`)).toEqual(
      ['errors', 'errors', 'squares', 'shares'].flatMap((ladder) => [`${ladder} largest`, `${ladder} smallest`]),
    );
    expect(writeCountQuery({ dialect: dialects.spark, cells }).sql).toMatchInlineSnapshot(`
      "WITH cells AS (
        SELECT * FROM forecasts
      ),
      -- each item of each window and part once
      seen AS (
        SELECT
          ws,
          we,
          part,
          CASE WHEN ws IS NOT NULL AND we IS NOT NULL THEN COALESCE(item, '') END AS id,
          SUM(1 - header) AS n_rows,
          SUM(header) AS n_headers
        FROM cells
        GROUP BY ws, we, part, item
      ),
      -- by window, by part, and all
      counted AS (
        SELECT
          GROUPING(ws) AS all_windows,
          GROUPING(part) AS all_parts,
          ws,
          we,
          part,
          COUNT(DISTINCT id) AS n_items,
          SUM(n_rows) AS n_rows,
          SUM(n_headers) AS n_headers
        FROM seen
        GROUP BY GROUPING SETS ((ws, we), (part), ())
      )
      SELECT
        all_windows,
        all_parts,
        CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, ws / 1000BD) AS STRING) AS window_start,
        CAST(TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, we / 1000BD) AS STRING) AS window_end,
        part,
        n_items,
        n_rows,
        n_headers
      FROM counted"
    `);
  });
});
