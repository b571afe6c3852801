import { formatPosition } from '../../errors.ts';
import type { Repair, RepairPlace, RepairResult } from '../../repair/repair.ts';
import { showText, showTime } from '../print/show-value.ts';
import type { Section } from '../print/text-sections.ts';

/** What `repair` prints for people: the tables, then each kind of repair with its first places. */
export function repairSections(result: RepairResult): Section[] {
  const { jobName, exportedAt, format, destination, tables, repairs } = result;
  const rows = Object.entries(tables).flatMap(([name, table]) =>
    table === null
      ? []
      : [[name, String(table.rowsRead), String(table.rowsWritten), `${table.partsRead} → ${table.partsWritten}`]],
  );
  const owner = `${showText(jobName)}, exported ${showTime(exportedAt)}`;
  return [
    {
      title: `${owner}: clean ${format} in ${showText(destination)}`,
      columns: [
        { header: 'table' },
        { header: 'rows read', align: 'right', whole: true },
        { header: 'rows written', align: 'right', whole: true },
        { header: 'parts', align: 'right' },
      ],
      rows,
      remarks: repairs.length === 0 ? ['Nothing had to be dropped.'] : [],
    },
    ...repairs.map(repairSection),
  ];
}

function repairSection({ kind, table, count, reason, places }: Repair): Section {
  const left = count - places.length;
  const remarks = places.map(describePlace);
  if (left > 0 && places.length > 0) remarks.push(`and ${left} more`);
  return {
    title: `${kind}${table === null ? '' : ` in ${table}`}: ${count}, ${reason}`,
    columns: [],
    rows: [],
    remarks,
  };
}

function describePlace({ file, record, of, detail }: RepairPlace): string {
  const place = formatPosition({ file, ...(record === undefined ? {} : { record }) });
  const earlier = of === undefined ? '' : `, repeats ${formatPosition(of)}`;
  return `${place}${earlier}${detail === undefined ? '' : `: ${showText(detail)}`}`;
}
