import { showExport, showText, showTime } from '../../show/values/show-value.ts';
import type { Report } from '../base/report.ts';
import type { Page, Verdict } from './model.ts';
import type { PageOptions } from './page-options.ts';
import { metricsSection, stabilitySection, stepsSection } from './sections/accuracy-sections.ts';
import { calibrationSection } from './sections/calibration-section.ts';
import { comparisonSection } from './sections/comparison-section.ts';
import { costsSection } from './sections/costs-section.ts';
import { exportSection } from './sections/export-section.ts';
import { glossarySection } from './sections/glossary-section.ts';
import { itemsSection, spreadSection } from './sections/item-sections.ts';
import { qualitySection } from './sections/quality-section.ts';
import { leadSeries, seriesSection } from './sections/series-section.ts';
import { tilesOf } from './sections/tiles.ts';
import { verdictOf } from './sections/verdict.ts';
import { countOf } from './words/measures.ts';
import { standsOut } from './words/stands-out.ts';

/** Where the figures can be trusted, they come first; else what is wrong with the export. */
const soundKinds: readonly Verdict['kind'][] = ['sound', 'warnings'];

/**
 * What a report says as a page, with at most `most` rows in a table. Sections with nothing to show are not there. The comparison
 * is the first where there is one, as it is what was asked for.
 */
export function composePage(report: Report, options: PageOptions, most: number): Page {
  const context = { report, most };
  const verdict = verdictOf(report);
  const isSound = soundKinds.includes(verdict.kind);
  const { jobName, exportedAt, location } = report.export;
  const { rows } = report.export;
  const { itemCount, windowCount } = report.summary;
  return {
    title: jobName === null ? showText(location) : showText(jobName),
    subtitle: [
      ...(exportedAt === null ? [] : [`exported ${showTime(exportedAt)}`]),
      countOf(itemCount, 'item'),
      countOf(windowCount, 'window'),
      countOf(rows, 'row'),
    ].join(' · '),
    verdict,
    findings: standsOut(report),
    tiles: tilesOf(report),
    lead: leadSeries(context),
    sections: [
      ...(isSound ? [] : [exportSection(context)]),
      comparisonSection(context),
      metricsSection(context),
      stepsSection(context),
      stabilitySection(context),
      spreadSection(context),
      itemsSection(context),
      calibrationSection(context),
      seriesSection(context),
      costsSection(context),
      qualitySection(context),
      ...(isSound ? [exportSection(context)] : []),
      glossarySection(),
    ].filter(({ blocks }) => blocks.length > 0),
    made: madeBy(report, options),
  };
}

/** The version and, where the caller gives them, the command and the time. */
function madeBy({ madeBy: { name, version } }: Report, { command, madeAt }: PageOptions): string[] {
  return [
    `Made by ${name} ${version}`,
    ...(command === undefined ? [] : [`Command: ${shorten(command)}`]),
    ...(madeAt === undefined ? [] : [`Made at ${showTime(madeAt.toISOString())}`]),
  ];
}

/** A command with many ids is longer than a page may be. */
const longestCommand = 2000;

function shorten(command: string): string {
  if (command.length <= longestCommand) return command;
  const kept = command.slice(0, longestCommand).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (${countOf(command.length - kept.length, 'more character')})`;
}

/** The name of an export for the title of a document. */
export function documentTitle(report: Report): string {
  return `${showExport(report.export, report.export.location)}: backtest report`;
}
