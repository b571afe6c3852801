import type { PartNotes } from '../batch/decode-options.ts';
import type { SerializedError } from '../errors.ts';
import { runTasks } from '../parallel/run-tasks.ts';
import type { TableName } from '../schema/schema.ts';
import { checkPartTask, type CheckInput, type CheckOutput } from './check-part.ts';
import type { HeaderPlaces } from './duplicates.ts';
import { FindingBook } from './finding-book.ts';
import { tableOf, type PlannedPart, type VerificationPlan } from './plan.ts';
import type { RecordStore } from './record-store.ts';
import { WindowList } from './window-list.ts';

/** What reading every part once has given, besides the records in the store. */
export interface CheckedParts {
  /** What single rows and whole parts gave. */
  readonly book: FindingBook;
  /** Parts that hold what an earlier one holds: their records do not count. */
  readonly dropped: ReadonlySet<number>;
  /** Parts that could not be read, and their tables. */
  readonly failed: ReadonlySet<number>;
  readonly broken: ReadonlySet<TableName>;
  readonly rows: Readonly<Record<TableName, number>>;
  readonly forecastWindows: WindowList;
  /** Of Computed rows; and those of them that have a metric. */
  readonly metricWindows: WindowList;
  readonly definedWindows: WindowList;
  readonly headers: HeaderPlaces;
  readonly notes: readonly PartNotes[];
}

type Checked = Extract<CheckOutput, { readonly kind: 'checked' }>;

/**
 * Reads every part once, on several threads, and puts what they leave behind into the store.
 * @throws what keeps a file from being read or written; the signal's reason
 */
export async function checkParts(plan: VerificationPlan, store: RecordStore): Promise<CheckedParts> {
  const { parts, options } = plan;
  const inputs = planInputs(plan);
  const outputs: CheckOutput[] = parts.flatMap(({ error }, file) =>
    error === undefined ? [] : [{ kind: 'failed', file, error } as const],
  );
  const totalBytes = inputs.reduce((sum, { part }) => sum + part.size, 0);
  const progress = { bytes: 0, totalBytes, parts: 0, totalParts: inputs.length };
  await runTasks(checkPartTask, inputs, {
    ...runOptions(plan),
    onBytes: (bytes) => {
      progress.bytes += bytes;
      options.onProgress?.({ ...progress });
    },
    onResult: (output) => {
      progress.parts++;
      if (output.kind === 'checked') {
        const kind = parts[output.file]?.name === 'forecasted-values' ? 'run' : 'metricRow';
        store.add(kind, output.records);
      }
      outputs.push(output.kind === 'checked' ? { ...output, records: [] } : output);
    },
  });
  return gather(
    plan,
    outputs.sort((a, b) => a.file - b.file),
  );
}

/** How tasks of this verification run: a storage that cannot move to another thread is read on this one. */
export function runOptions({ bx, options }: VerificationPlan): { threads?: number; signal?: AbortSignal } {
  const threads = bx.storage.transfer === undefined ? 1 : options.threads;
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** Bytes of records that a thread holds back. */
export const heldByThread: number = 16 * 1024 * 1024;

/** What reading a part of the plan needs, whatever is looked for. */
export function planInput(
  plan: VerificationPlan,
  file: number,
  { name, part }: PlannedPart,
  spillName: string,
): Omit<CheckInput, 'maxPlaces' | 'frequency'> {
  const { bx, seed, partitions, spill } = plan;
  const { expected, decode } = tableOf(plan, name);
  return {
    storage: bx.storage.transfer ?? bx.storage,
    part,
    file,
    expected,
    decode,
    seed,
    partitions,
    spill: spill && { name: `${spillName}-${file}`, quota: heldByThread, storage: spill.transfer },
  };
}

/** The largest parts first, so that no thread is left with a large one at the end. */
function planInputs(plan: VerificationPlan): CheckInput[] {
  const { parts, maxPlaces, frequency } = plan;
  const inputs = parts.flatMap((planned, file): CheckInput[] => {
    const { part, error } = planned;
    if (error !== undefined || (part.size === 0 && part.format === 'CSV')) return [];
    return [{ ...planInput(plan, file, planned, 'part'), maxPlaces, frequency }];
  });
  return inputs.sort((a, b) => b.part.size - a.part.size);
}

function gather(plan: VerificationPlan, outputs: readonly CheckOutput[]): CheckedParts {
  const book = new FindingBook(plan.maxPlaces);
  const checked = outputs.filter((output): output is Checked => output.kind === 'checked');
  const nameOf = (file: number): TableName => plan.parts[file]?.name ?? 'forecasted-values';
  const dropped = findRepeatedParts(checked, nameOf, book);
  const failed = new Set<number>();
  const broken = new Set<TableName>();
  for (const output of outputs) {
    if (output.kind !== 'failed') continue;
    failed.add(output.file);
    broken.add(nameOf(output.file));
    addFailure(output.file, output.error, book);
  }
  const rows = { 'forecasted-values': 0, 'accuracy-metrics-values': 0 };
  const windows = { forecast: new WindowList(), metric: new WindowList(), defined: new WindowList() };
  const headers = new Map<number, readonly number[]>();
  for (const output of checked) {
    const { file } = output;
    rows[nameOf(file)] += output.rows;
    if (dropped.has(file)) continue;
    book.merge(output.found);
    if (nameOf(file) === 'forecasted-values') windows.forecast.merge(output.windows);
    else windows.metric.merge(output.windows);
    windows.defined.merge(output.definedWindows);
    if (output.notes?.headerRecords !== undefined) headers.set(file, output.notes.headerRecords);
  }
  return {
    book,
    dropped,
    failed,
    broken,
    rows,
    forecastWindows: windows.forecast,
    metricWindows: windows.metric,
    definedWindows: windows.defined,
    headers,
    notes: checked.flatMap(({ notes }) => (notes === undefined ? [] : [notes])),
  };
}

/** Of parts with the same rows the first one counts. A part without a row in its place repeats nothing. */
function findRepeatedParts(
  outputs: readonly Checked[],
  nameOf: (file: number) => TableName,
  book: FindingBook,
): Set<number> {
  const dropped = new Set<number>();
  const first = new Map<string, number>();
  for (const { file, rows, digest } of outputs) {
    if (digest === '') continue;
    const key = `${nameOf(file)} ${rows} ${digest}`;
    const original = first.get(key);
    if (original === undefined) first.set(key, file);
    else {
      dropped.add(file);
      book.add('PART_REPEATED', { file, record: 0, of: { file: original, record: 0 } });
    }
  }
  return dropped;
}

function addFailure(file: number, { code, problem, position }: SerializedError, book: FindingBook): void {
  const { record = 0, line, column } = position;
  book.add(code === 'SCHEMA_CONFLICT' ? 'PART_COLUMNS_DIFFER' : 'PART_UNREADABLE', {
    file,
    record,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    detail: `${code}: ${problem}`,
  });
}
