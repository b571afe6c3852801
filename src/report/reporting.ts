/** All that makes a report and its pages, as one module: it is loaded when the first one is asked for, on whichever thread. */
export { collectSeriesTask } from './content/read-series.ts';
export { reportPartTask } from './gather/report-part.ts';
export { makeReport } from './make-report.ts';
export { writeHtml } from './page/write-html.ts';
export { writeMarkdown } from './page/write-markdown.ts';
