import { BacktestExportError, quoteText } from '../../errors.ts';
import { quoteList } from '../../quote-text.ts';
import { columnsOf } from '../../schema/columns-of.ts';
import type { TableSchema } from '../../schema/schema.ts';
import { planRecordShape, type RecordShape } from './record-shape.ts';
import type { ForecastAccumulatorOptions } from '../base/summary.ts';

/** A part of a group's key besides its window. */
export interface KeyPart {
  /** As in `by`. */
  readonly name: string;
  readonly kind: 'text' | 'step';
  /** Header name of the column it comes from. */
  readonly column: string;
  /** Which text table numbers it: 0 is that of the items. */
  readonly table: number;
}

/** What an accumulator reads and how it groups: derived once from its options. */
export interface GroupingPlan {
  readonly by: readonly string[];
  readonly keyParts: readonly KeyPart[];
  readonly shape: RecordShape;
  readonly itemColumn: string;
  readonly startColumn: string;
  readonly endColumn: string;
  readonly targetColumn: string;
  readonly textTables: number;
  /** Undefined for as many as fit. */
  readonly maxGroups: number | undefined;
  readonly requiredColumns: readonly string[];
  /** Two accumulators may be merged when this is the same. */
  readonly guard: string;
}

/** Checks the options and plans; throws `OPTION_INVALID`, and `SCHEMA_INVALID` where the table lacks a column. */
export function planGrouping(options: ForecastAccumulatorOptions): GroupingPlan {
  const { schema, by = [], maxGroups } = options;
  if (maxGroups !== undefined && (!Number.isSafeInteger(maxGroups) || maxGroups < 1)) {
    throw new BacktestExportError(
      'OPTION_INVALID',
      `expected maxGroups to be a whole number from 1, found ${maxGroups}`,
    );
  }
  const shape = planRecordShape(schema, options.point);
  const keyParts = planKeyParts(schema, by);
  const { item: itemColumn, windowStart: startColumn, windowEnd: endColumn, target: targetColumn } = columnsOf(schema);
  const columns = [itemColumn, ...keyParts.map((part) => part.column), targetColumn, startColumn, endColumn];
  return {
    by: [...by],
    keyParts,
    shape,
    itemColumn,
    startColumn,
    endColumn,
    targetColumn,
    textTables: 1 + Math.max(0, ...keyParts.map((part) => part.table)),
    maxGroups,
    requiredColumns: [...new Set([...columns, ...shape.columns])],
    guard: JSON.stringify([shape.types, shape.point, keyParts]),
  };
}

function planKeyParts(schema: TableSchema, by: readonly string[]): KeyPart[] {
  const parts: KeyPart[] = [];
  let tables = 1;
  for (const [index, name] of by.entries()) {
    if (by.indexOf(name) !== index) {
      throw new BacktestExportError('OPTION_INVALID', `expected distinct keys in by, found ${quoteText(name)} twice`);
    }
    if (['window', 'item', 'step'].includes(name) && schema.dimensions.includes(name)) throw ambiguous(name);
    if (name === 'window') continue;
    if (name === 'item') parts.push({ name, kind: 'text', column: schema.itemColumn, table: 0 });
    else if (name === 'step') parts.push({ name, kind: 'step', column: columnsOf(schema).timestamp, table: 0 });
    else if (schema.dimensions.includes(name)) parts.push({ name, kind: 'text', column: name, table: tables++ });
    else {
      const known = quoteList(['window', 'item', ...schema.dimensions, 'step']);
      throw new BacktestExportError(
        'OPTION_INVALID',
        `expected the keys to group by (by) to be any of ${known}, found ${quoteText(name)}`,
      );
    }
  }
  return parts;
}

/** Figures of an unintended grouping would look valid. */
function ambiguous(name: string): BacktestExportError {
  const problem = `expected an unambiguous grouping in by, found ${quoteText(name)}, which is a dimension of this export as well; rename its column or leave it out`;
  return new BacktestExportError('OPTION_INVALID', problem);
}
