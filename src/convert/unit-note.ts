import { hasMember, readMember } from '../describe-value.ts';
import type { UnitOutput } from './unit.ts';

/** A note that a unit is proven. */
export interface UnitNote {
  /** What it is made of: parts with their versions, options, target. */
  readonly unit: string;
  /** The versions of its hidden files. */
  readonly versions: readonly string[];
  readonly output: UnitOutput;
}

/** The note as JSON. */
export function formatUnitNote(note: UnitNote): string {
  return JSON.stringify({ version: 1, ...note });
}

/** Reads a note; undefined for anything else. The mirror of {@link formatUnitNote}. */
export function parseUnitNote(text: string): UnitNote | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [unit, versions, output] = ['unit', 'versions', 'output'].map((name) => readMember(value, name));
  if (readMember(value, 'version') !== 1 || typeof unit !== 'string' || !isOutput(output)) return undefined;
  if (!Array.isArray(versions) || !versions.every((each) => typeof each === 'string' && each !== '')) return undefined;
  return { unit, versions, output };
}

function isOutput(value: unknown): value is UnitOutput {
  const [files, sums, losses] = ['files', 'sums', 'losses'].map((name) => readMember(value, name));
  if (typeof readMember(value, 'guarded') !== 'number' || !Array.isArray(files) || !Array.isArray(losses)) return false;
  const columns = readMember(sums, 'columns');
  return (
    typeof readMember(sums, 'rows') === 'number' &&
    Array.isArray(columns) &&
    columns.every((each) => Array.isArray(each) && typeof each[0] === 'string' && typeof each[1] === 'number') &&
    losses.every((each) => hasMember(each, 'kind')) &&
    files.every(isPrepared)
  );
}

function isPrepared(file: unknown): boolean {
  const [path, temporary] = [readMember(file, 'path'), readMember(file, 'temporary')];
  return typeof path === 'string' && typeof temporary === 'string' && typeof readMember(file, 'size') === 'number';
}
