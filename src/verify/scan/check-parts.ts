import type { PartNotes } from '../../batch/decode-options.ts';
import type { SerializedError } from '../../errors.ts';
import { runParts } from '../../export/parts/run-parts.ts';
import { given } from '../../given.ts';
import { byTable, type TableName } from '../../schema/schema.ts';
import { checkPartTask, type CheckedPart, type CheckInput, type CheckOutput } from './check-part.ts';
import type { HeaderPlaces } from '../base/duplicates.ts';
import { FindingBook } from '../base/finding-book.ts';
import { findRepeats } from './find-repeats.ts';
import { planInput } from './plan-input.ts';
import type { VerificationPlan } from '../base/plan.ts';
import type { RecordStore } from '../records/record-store.ts';
import { WindowList } from '../base/window-list.ts';

/** The result of reading every part once, besides the records in the store. */
export interface CheckedParts {
  /** Findings about single rows and whole parts. */
  readonly book: FindingBook;
  /** Parts that repeat an earlier part: their records do not count. */
  readonly dropped: ReadonlySet<number>;
  /** Parts that could not be read. */
  readonly failed: ReadonlySet<number>;
  readonly rows: Readonly<Record<TableName, number>>;
  readonly forecastWindows: WindowList;
  /** Windows of Computed rows, and those of rows with a metric. */
  readonly metricWindows: WindowList;
  readonly definedWindows: WindowList;
  readonly headers: HeaderPlaces;
  readonly notes: readonly PartNotes[];
}

/**
 * Reads every part once, on several threads, and puts their records into the store.
 * @throws failures to read or write a file; the signal's reason
 */
export async function checkParts(plan: VerificationPlan, store: RecordStore): Promise<CheckedParts> {
  const outputs: CheckOutput[] = [];
  const { threads, signal, onProgress } = plan.options;
  await runParts(checkPartTask, planInputs(plan), {
    threads,
    signal,
    onProgress,
    onResult: (output) => outputs.push(storeRecords(output, plan, store)),
  });
  return gatherChecked(plan, outputs);
}

/** Puts the records of a part into the store; returns the rest. @throws `WRITE_FAILED` */
export function storeRecords(output: CheckOutput, { parts }: VerificationPlan, store: RecordStore): CheckOutput {
  if (output.kind !== 'checked') return output;
  store.add(parts[output.file]?.name === 'forecasted-values' ? 'run' : 'metricRow', output.records);
  return { ...output, records: [] };
}

/** What the outputs of all parts add up to, in any order. @throws what reading parts again throws that may repeat others */
export async function gatherChecked(plan: VerificationPlan, found: readonly CheckOutput[]): Promise<CheckedParts> {
  const unread = plan.parts.flatMap(({ error }, file) =>
    error === undefined ? [] : [{ kind: 'failed', file, error } as const],
  );
  const outputs = [...unread, ...found].sort((a, b) => a.file - b.file);
  const checked = outputs.filter((output): output is CheckedPart => output.kind === 'checked');
  return gather(plan, outputs, checked, await findRepeats(plan, checked));
}

/** The parts to be checked, for any thread or process. */
export function planInputs(plan: VerificationPlan): CheckInput[] {
  const { parts, maxPlaces, frequency } = plan;
  return parts.flatMap(({ part }, file) =>
    part.size === 0 && part.format === 'CSV'
      ? []
      : planInput(plan, file, 'part').map((input) => ({ ...input, maxPlaces, frequency })),
  );
}

function gather(
  plan: VerificationPlan,
  outputs: readonly CheckOutput[],
  checked: readonly CheckedPart[],
  repeats: ReadonlyMap<number, number>,
): CheckedParts {
  const book = new FindingBook(plan.maxPlaces);
  const nameOf = (file: number): TableName => plan.parts[file]?.name ?? 'forecasted-values';
  for (const [file, original] of repeats)
    book.add('PART_REPEATED', { file, record: 0, of: { file: original, record: 0 } });
  const dropped = new Set(repeats.keys());
  const failed = new Set<number>();
  for (const output of outputs) {
    if (output.kind !== 'failed') continue;
    failed.add(output.file);
    addFailure(output.file, output.error, book);
  }
  const rows = byTable(() => 0);
  const [forecastWindows, metricWindows, definedWindows] = [new WindowList(), new WindowList(), new WindowList()];
  const headers = new Map<number, readonly number[]>();
  for (const output of checked) {
    const { file } = output;
    rows[nameOf(file)] += output.rows;
    if (dropped.has(file)) continue;
    book.merge(output.found);
    (nameOf(file) === 'forecasted-values' ? forecastWindows : metricWindows).merge(output.windows);
    definedWindows.merge(output.definedWindows);
    if (output.notes?.headerRecords !== undefined) headers.set(file, output.notes.headerRecords);
  }
  return {
    book,
    dropped,
    failed,
    rows,
    forecastWindows,
    metricWindows,
    definedWindows,
    headers,
    notes: checked.flatMap(({ notes }) => (notes === undefined ? [] : [notes])),
  };
}

function addFailure(file: number, { code, problem, position }: SerializedError, book: FindingBook): void {
  const { record = 0, line, column } = position;
  book.add(code === 'SCHEMA_CONFLICT' ? 'PART_COLUMNS_DIFFER' : 'PART_UNREADABLE', {
    file,
    record,
    ...given({ line, column }),
    detail: `${code}: ${problem}`,
  });
}
