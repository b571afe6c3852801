import { BacktestExportError } from '../errors.ts';
import { given } from '../given.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import type { ZodType } from 'zod';
import type { S3Access } from '../storage/s3/s3-access.ts';
import { s3AccessShape } from '../storage/s3/s3-access-shape.ts';
import type { VerificationReport } from '../verify/base/report.ts';
import type { VerificationPlan } from '../verify/base/plan.ts';
import { verifyOptionFields, type VerifyOptions } from '../verify/base/verify-options.ts';
import { gatherChecked, type CheckedParts } from '../verify/scan/check-parts.ts';
import type { RecordStore } from '../verify/records/record-store.ts';
import { openForVerification, verifyPlanned } from '../verify/verify-export.ts';
import { CheckedStates } from './checked-states.ts';
import type { VerificationHead } from './plan-line.ts';
import { partDigests } from './plan-verification.ts';
import { readStates, type GivenState, type PlacedState } from './read-states.ts';
import { StateRoll } from './state-roll.ts';

/** Options of {@link reduceVerification}: those of `verifyExport` on which states do not depend. */
export interface ReduceVerificationOptions extends Omit<VerifyOptions, 'open' | 'frequency' | 'maxPlaces'> {
  /** Where the export is from here, if not where it was planned: its parts with findings are read again. */
  readonly location?: string;
  /** How to reach S3 from here; by default as it was planned. */
  readonly s3?: S3Access;
}

const reduceVerificationShape = (z: Zod): ZodType<ReduceVerificationOptions> => {
  const { open: _open, frequency: _frequency, maxPlaces: _maxPlaces, ...fields } = verifyOptionFields(z);
  return objectShape<ReduceVerificationOptions>(z, {
    ...fields,
    location: z.string().min(1).optional(),
    s3: s3AccessShape(z).optional(),
  });
};

/**
 * Judges the states of all lines of a plan for `verify`, in any order, into what `verifyExport` gives. Every state is checked as if
 * it were a file. The export is opened again: parts with findings, or that may repeat others, are read once more. Memory as
 * of `verifyExport`: records that do not fit go to a temporary folder.
 * @throws `STATE_INVALID`, `VERSION_UNSUPPORTED`, `STATE_FOREIGN`, `STATE_REPEATED`, `STATE_CONFLICT`, `STATE_MISSING`;
 * `FILE_CHANGED` if the parts are not those that were planned; what `verifyExport` throws
 */
export async function reduceVerification(
  states: AsyncIterable<GivenState> | Iterable<GivenState>,
  options: ReduceVerificationOptions = {},
): Promise<VerificationReport> {
  await checkOptions('reduceVerification', options, reduceVerificationShape);
  const { location, s3, ...judging } = options;
  const { signal } = options;
  const roll = new StateRoll();
  const all = readStates('reduceVerification', states, roll, signal);
  const first = await all.next();
  if (first.done === true) {
    roll.finish();
    throw new Error('a roll without states was finished');
  }
  const head = headOf(first.value);
  const { open, frequency, maxPlaces } = head;
  const reading = { ...open, ...given({ s3: s3 && { ...open.s3, ...s3 } }) };
  const opened = await openForVerification(location ?? head.source, {
    open: location === undefined ? reading : given({ ...reading, s3 }),
    ...given({ frequency: frequency ?? undefined, signal }),
  });
  const seed = Uint32Array.from(head.seed);
  return verifyPlanned({ ...opened, frequency, seed }, { ...judging, maxPlaces }, async (plan, store) => {
    assertPlanned(plan, head, location !== undefined);
    return takeStates(plan, store, { first: first.value, all, roll });
  });
}

interface States {
  readonly first: PlacedState;
  readonly all: AsyncIterable<PlacedState>;
  readonly roll: StateRoll;
}

async function takeStates(
  plan: VerificationPlan,
  store: RecordStore,
  { first, all, roll }: States,
): Promise<CheckedParts> {
  const states = new CheckedStates(plan, store);
  states.take(first);
  for await (const placed of all) states.take(placed);
  roll.finish();
  return gatherChecked(plan, states.outputs);
}

function headOf({ state: { head }, place }: PlacedState): VerificationHead {
  if (head.for === 'verify') return head;
  const problem = 'reduceVerification: expected states for verify, found some for summarize: give them to reduceStates';
  throw new BacktestExportError('OPTION_INVALID', problem, { position: place });
}

/** Refuses another export, or one that has changed, than was planned; of a copy only names and sizes are compared. */
function assertPlanned(plan: VerificationPlan, head: VerificationHead, isCopy: boolean): void {
  const { parts, versions } = partDigests(plan);
  const isSame = parts === head.parts && plan.partitions === head.partitions && (isCopy || versions === head.versions);
  if (isSame) return;
  const problem = 'the parts of the export are not those that were planned: plan it again, and run map on its lines';
  throw new BacktestExportError('FILE_CHANGED', problem);
}
