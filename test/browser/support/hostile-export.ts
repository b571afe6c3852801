import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateExport } from 'backtest-export/testing';

/** Ids that would do something if they were not data everywhere. */
export const hostileIds: readonly string[] = [
  `<script>document.title='run'</script>`,
  `<img src=x onerror="document.title='run'">`,
  `"><svg onload=document.title='run'>`,
  `</style></title></script><b>bold</b>`,
  `=cmd|' /C calc'!A0`,
  'right\u202eleft',
  'n\0ul',
  '🎉 ünïcödé 漢字',
  '&lt;b&gt; {{7*7}} ]]>',
  `javascript:document.title='run'`,
  '[a](javascript:x) `c` | ![](//elsewhere)',
  'long'.repeat(2500),
];

/** What the name of a file can hold of it. */
export const hostileName = `a<img src=x onerror=document.title='run'>`;
/** The name of a dimension, and one of its values. */
export const hostileDimension = `<b onclick=x>store</b>`;

/** Writes an export with such ids, a dimension and its values, and files beside its own. */
export async function writeHostileExport(folder: string): Promise<void> {
  await generateExport(folder, {
    items: hostileIds.length,
    dimensions: [{ name: 'store', cardinality: 2 }],
    windows: 2,
    horizon: 4,
    parts: 2,
    jobName: 'job',
  });
  for (const table of ['forecasted-values', 'accuracy-metrics-values']) {
    for (const name of readdirSync(join(folder, table))) {
      const path = join(folder, table, name);
      if (!name.endsWith('.csv')) continue;
      const text = readFileSync(path, 'utf8')
        .replace(/\bstore\b/, quoted(hostileDimension))
        .replaceAll(',store_0000,', `,${quoted(hostileIds[0] ?? '')},`)
        .replaceAll(/^item_(\d+)/gm, (_, index: string) => quoted(hostileIds[Number(index)] ?? ''));
      writeFileSync(path, text);
    }
    writeFileSync(join(folder, table, `${hostileName}.txt`), '');
  }
  rmSync(join(folder, '_SUCCESS'));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
