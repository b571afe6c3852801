import { openExport, summarize, type ExportSummary, type Row } from 'backtest-export';
import { generateExport } from 'backtest-export/testing';

const found = await openExport('export');
const summary: ExportSummary = await summarize(found, { by: ['window'] });
const rows: Row[] = [];
for await (const row of found.accuracyMetrics.rows({ columns: ['item_id', 'WAPE'] })) rows.push(row);
console.log(summary.windows.length, rows.length, typeof generateExport);
if (summary.windows.length !== 3 || rows.length !== 160) throw new Error('not what the fixture holds');
