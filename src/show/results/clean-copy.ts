import { formatPosition } from '../../errors.ts';
import { given } from '../../given.ts';
import type { Repair, RepairPlace, RepairResult } from '../../repair/repair.ts';
import { tableSection, type Document, type Section } from '../layout/document.ts';
import { showExport, showText } from '../values/show-value.ts';
import { left, right } from '../layout/table.ts';

/** What `repair` prints: the tables, then each kind of repair with its first places. */
export function describeRepair(result: RepairResult): Document {
  return { sections: () => [tablesSection(result), ...result.repairs.map(repairSection)], data: result };
}

function tablesSection(result: RepairResult): Section {
  const { format, destination, tables, repairs } = result;
  const written = Object.entries(tables).flatMap(([name, table]) => (table === null ? [] : [{ name, ...table }]));
  return {
    title: `${showExport(result, '')}: clean ${format} in ${showText(destination)}`,
    ...tableSection(written, [
      [left('table'), ({ name }) => name],
      [right('rows read'), ({ rowsRead }) => String(rowsRead)],
      [right('rows written'), ({ rowsWritten }) => String(rowsWritten)],
      [right('parts'), ({ partsRead, partsWritten }) => `${partsRead} → ${partsWritten}`],
    ]),
    notes: repairs.length === 0 ? ['Nothing had to be dropped.'] : [],
  };
}

function repairSection({ kind, table, count, reason, places }: Repair): Section {
  const left = count - places.length;
  const more = left > 0 && places.length > 0 ? [`and ${left} more`] : [];
  return {
    title: `${kind}${table === null ? '' : ` in ${table}`}: ${count}, ${reason}`,
    notes: [...places.map(describePlace), ...more],
  };
}

function describePlace({ file, record, of, detail }: RepairPlace): string {
  const place = formatPosition({ file, ...given({ record }) });
  const earlier = of === undefined ? '' : `, repeats ${formatPosition(of)}`;
  return `${place}${earlier}${detail === undefined ? '' : `: ${showText(detail)}`}`;
}
