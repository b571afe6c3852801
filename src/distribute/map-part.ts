import type { ZodType } from 'zod';
import { accessErrorCodes, BacktestExportError, serializeError, type ErrorPosition } from '../errors.ts';
import { given } from '../given.ts';
import { checkOptions, objectShape, type Zod } from '../options.ts';
import { s3AccessShape } from '../storage/s3/s3-access-shape.ts';
import { digestOfJson } from './digest.ts';
import { openElsewhere, plannedSource, type ReadFrom } from './open-planned.ts';
import { packBuffers } from './pack-buffers.ts';
import { unitDigest } from './plan-digest.ts';
import { formatVersion, planKind, type PlanLine } from './plan-line.ts';
import { planLineShape } from './plan-shapes.ts';
import { gatherPlans, meant } from './plan-tables.ts';
import { readLine } from './read-line.ts';
import { sealState, stateKind, toStateNotes, type StateLine } from './state-line.ts';
import { sumPart, type SumPiece } from './sum-part.ts';

/** Where a line is from, for messages. */
export interface LinePlace {
  readonly file?: string;
  readonly line?: number;
}

/** Options of {@link mapPart}. `location` is where the same export is from here, if not where it was planned: a path, or `s3://…`. */
export interface MapOptions extends ReadFrom {
  readonly place?: LinePlace;
  /** Called with the bytes read since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

const mapOptionsShape = (z: Zod): ZodType<MapOptions> =>
  objectShape<MapOptions>(z, {
    location: z.string().min(1).optional(),
    s3: s3AccessShape(z).optional(),
    place: objectShape<LinePlace>(z, { file: z.string().optional(), line: z.int().min(1).optional() }).optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onBytes: z.function().optional(),
  });

/**
 * Reads what one line of a plan says and gives its sums: as a rule one state, several of a part with very many groups, so that
 * memory is bounded (about 60 MB). One thread, at the speed of `summarize` on one. Where bad parts are left out, the states of a
 * part are held until it is read.
 * @throws `PLAN_INVALID`, `VERSION_UNSUPPORTED` for what is no line of a plan; `FILE_CHANGED` if the part is not the one
 * that was planned; what reading throws, unless bad parts are left out; `OPTION_INVALID`; the signal's reason
 */
export async function* mapPart(
  planned: PlanLine | string,
  options: MapOptions = {},
): AsyncGenerator<StateLine, void, undefined> {
  await checkOptions('mapPart', options, mapOptionsShape);
  const { place = {}, signal } = options;
  const line = await readPlanLine(planned, place);
  const mustHold = line.head.options.onBadPart === 'skip';
  // what was summed of a part that is left out after all does not count
  const held: StateLine[] = [];
  try {
    for await (const state of statesOf(line, place, options)) {
      if (mustHold) held.push(state);
      else yield state;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!mustHold || !isDamage(error)) throw error;
    held.splice(
      0,
      held.length,
      toState(line, { piece: 1, last: true, rowsWithoutWindow: 0, error: serializeError(error) }),
    );
  }
  yield* held;
}

/** A line of a plan that was read or made elsewhere. @throws `PLAN_INVALID`, `VERSION_UNSUPPORTED` */
export async function readPlanLine(planned: unknown, position: ErrorPosition): Promise<PlanLine> {
  const expected = { kind: planKind, shape: planLineShape, code: 'PLAN_INVALID', position } as const;
  const line = await readLine(planned, expected);
  const { check, ...rest } = line;
  const refuse = (problem: string): never => {
    throw new BacktestExportError('PLAN_INVALID', problem, { position });
  };
  if (digestOfJson(rest) !== check) refuse('the line is damaged: its digest differs');
  const { number, total, part, slice } = line;
  if (number > total) refuse(`expected a number up to ${total}, found ${number}`);
  if (slice !== undefined && (slice.from > slice.to || slice.to > part.size)) {
    refuse(`expected a slice within ${part.size} bytes, found ${slice.from} to ${slice.to}`);
  }
  return line;
}

async function* statesOf(line: PlanLine, place: LinePlace, options: MapOptions): AsyncGenerator<StateLine> {
  const { source, gather } = meant('PLAN_INVALID', place, () => ({
    source: plannedSource(line, options),
    gather: gatherPlans(line.head).find(({ table }) => table === line.table),
  }));
  if (gather === undefined) return;
  const file = await openElsewhere(line, options);
  try {
    let piece = 0;
    const how = { file, signal: options.signal, onBytes: options.onBytes };
    for await (const sums of sumPart(source, gather, how)) yield toState(line, describe(sums, ++piece));
  } finally {
    await file?.close();
  }
}

type Content = Pick<StateLine, 'piece' | 'last' | 'rowsWithoutWindow' | 'sums' | 'error' | 'notes'>;

function describe({ buffers, rowsWithoutWindow, notes, last }: SumPiece, piece: number): Content {
  const sums = packBuffers(buffers);
  return { piece, last, rowsWithoutWindow, sums, ...given({ notes: notes && toStateNotes(notes) }) };
}

function toState(unit: PlanLine, content: Content): StateLine {
  const { plan, number, total, head, warnings, table, part } = unit;
  const { sums, ...rest } = content;
  const line = {
    kind: stateKind,
    format: formatVersion,
    plan,
    number,
    total,
    unit: unitDigest(unit),
    table,
    file: part.path,
    ...rest,
    head,
    ...given({ warnings, sums }),
  } as const;
  return sealState(line);
}

/** Whether an error says that the part is bad, and not that it cannot be had from here. */
function isDamage(error: unknown): error is BacktestExportError {
  if (!(error instanceof BacktestExportError)) return false;
  const { code } = error;
  return !accessErrorCodes.has(code) && code !== 'PLAN_INVALID' && code !== 'TOO_MANY_GROUPS';
}
