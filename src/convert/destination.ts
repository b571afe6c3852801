import { BacktestExportError, quoteText } from '../errors.ts';
import type { BacktestExport } from '../export/backtest-export.ts';
import { tableNames } from '../export/group-parts.ts';
import { isWithin } from '../storage/is-within.ts';
import type { Storage } from '../storage/storage.ts';
import type { UnitPlan } from './unit.ts';

/**
 * Makes sure that a conversion cannot write into what it reads: the destination is neither the source's folder nor below
 * it, and none of the two folders that it writes is. Of a single file only its own name is closed.
 * @throws `DESTINATION_INVALID`
 */
export async function assertApart(
  source: BacktestExport,
  destination: Storage,
  units: readonly UnitPlan[],
): Promise<void> {
  if (source.layout === 'single-file') return assertOtherFile(source, destination, units);
  for (const folder of ['', ...tableNames]) {
    if (await isWithin(destination, folder, source.storage)) throw notApart(source, destination);
  }
}

async function assertOtherFile(
  source: BacktestExport,
  destination: Storage,
  units: readonly UnitPlan[],
): Promise<void> {
  for (const { target, parts } of units) {
    if (target.kind !== 'file') continue;
    const [folder = '', name] = target.path.split('/');
    const sameName = parts.some(({ path }) => path.split('/').at(-1) === name);
    if (sameName && (await isWithin(destination, folder, source.storage))) throw notApart(source, destination);
  }
}

function notApart(source: BacktestExport, destination: Storage): BacktestExportError {
  const place = quoteText(destination.location);
  const problem = `expected a destination outside of the source ${quoteText(source.location)}, found ${place}`;
  return new BacktestExportError('DESTINATION_INVALID', problem);
}
