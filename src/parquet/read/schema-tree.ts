import { BacktestExportError, type ErrorCode, type ErrorPosition } from '../../errors.ts';
import type { SchemaElement } from '../format/footer-metadata.ts';

/**
 * The columns of a footer's schema, which must be a tree: its root first, each group followed by as many children as it
 * claims, nothing left over. Of the columns of an export none is nested or repeated.
 *
 * @throws `PARQUET_FOOTER_INVALID` if it is not a tree; `PARQUET_UNSUPPORTED` for nested and repeated columns
 */
export function leavesOfSchema(schema: readonly SchemaElement[], file: string): readonly SchemaElement[] {
  const [root, ...elements] = schema;
  if (root === undefined || elements.length === 0) {
    throw refuse('PARQUET_FOOTER_INVALID', 'the schema is empty', { file });
  }
  assertTree(schema, file);
  for (const element of elements) assertFlat(element, file);
  return elements;
}

/** Counts, for each group on the way down, the children that are still to come. */
function assertTree(schema: readonly SchemaElement[], file: string): void {
  const open: number[] = [1];
  for (const element of schema) {
    while (open.at(-1) === 0) open.pop();
    const left = open.pop();
    if (left === undefined) throw refuse('PARQUET_FOOTER_INVALID', surplus(schema), { file });
    open.push(left - 1);
    const children = element.num_children ?? 0;
    if (children < 0 || (children > 0 && element.type !== undefined)) {
      const column = element === schema[0] ? {} : { column: element.name };
      const problem = `expected a column or a group of columns, found ${children} children${element.type === undefined ? '' : ` of type ${element.type}`}`;
      throw refuse('PARQUET_FOOTER_INVALID', problem, { file, ...column });
    }
    if (children > 0) open.push(children);
  }
  const missing = open.reduce((sum, left) => sum + left, 0);
  if (missing === 0) return;
  const problem = `expected ${schema.length - 1 + missing} columns according to the groups of the schema, found ${schema.length - 1}`;
  throw refuse('PARQUET_FOOTER_INVALID', problem, { file });
}

function surplus(schema: readonly SchemaElement[]): string {
  return `expected ${schema[0]?.num_children ?? 0} columns according to the root of the schema, found ${schema.length - 1}`;
}

function assertFlat(element: SchemaElement, file: string): void {
  const position = { file, column: element.name };
  if ((element.num_children ?? 0) > 0 || element.type === undefined) {
    throw refuse('PARQUET_UNSUPPORTED', 'expected a flat column, found a nested one', position);
  }
  if (element.repetition_type === 'REPEATED') {
    throw refuse('PARQUET_UNSUPPORTED', 'expected a required or optional column, found a repeated column', position);
  }
  if (element.repetition_type === undefined) {
    throw refuse('PARQUET_FOOTER_INVALID', 'expected a required or optional column, found neither', position);
  }
}

function refuse(code: ErrorCode, problem: string, position: ErrorPosition): BacktestExportError {
  return new BacktestExportError(code, problem, { position });
}
