import { showFigure } from '../../../show/values/show-value.ts';
import type { Report } from '../../base/report.ts';
import type { Tile } from '../model.ts';
import { isFigure, showInText, showPercent, typeName } from '../words/measures.ts';
import { overallBiasShare, readNoRatios } from '../words/ratios.ts';
import { showNominal } from '../words/read-calibration.ts';
import { pointWord } from '../words/read-metrics.ts';

/** The few figures that matter, as far as the export has them: WAPE, average wQL, bias, coverage of the widest interval. */
export function tilesOf(report: Report): Tile[] {
  return [...wapeTile(report), ...quantileTile(report), ...biasTile(report), ...coverageTile(report)];
}

const wapeWords = {
  sum: 'The file’s WAPE column is a plain sum instead.',
  ratio: 'The file’s WAPE column is this ratio too.',
  unknown: 'Whether the file’s WAPE column is this ratio or a plain sum is not known.',
} as const;

function wapeTile(report: Report): Tile[] {
  const { WAPE } = report.summary.metrics;
  if (!isFigure(WAPE)) return [];
  const { accuracyMetrics } = report;
  const own =
    accuracyMetrics?.summary.metrics['WAPE'] === undefined ? '' : ` ${wapeWords[accuracyMetrics.wapeMeaning]}`;
  const noRatios = readNoRatios(report);
  const ratio =
    noRatios === undefined
      ? `Errors of the ${pointWord(report)} are ${showPercent(WAPE)} of actuals.`
      : `No ratio: ${noRatios}.`;
  return [
    { name: noRatios === undefined ? 'WAPE, as a ratio' : 'WAPE', value: showFigure(WAPE), meaning: `${ratio}${own}` },
  ];
}

function quantileTile(report: Report): Tile[] {
  const { metrics } = report.summary;
  if (!isFigure(metrics.averageWQL)) return [];
  const noRatios = readNoRatios(report);
  const meaning =
    noRatios === undefined
      ? 'Loss over all quantiles, relative to actuals. Lower is better; it compares predictors.'
      : `Loss over all quantiles, no ratio: ${noRatios}.`;
  return [{ name: 'Average wQL', value: showFigure(metrics.averageWQL), meaning }];
}

function biasTile(report: Report): Tile[] {
  const { bias } = report.summary.metrics;
  if (!isFigure(bias)) return [];
  const share = overallBiasShare(report);
  const each = `${showInText(Math.abs(bias))} a row`;
  const point = pointWord(report);
  if (share === null) {
    const side = bias === 0 ? 'as high as' : `${each} ${bias > 0 ? 'above' : 'below'}`;
    return [{ name: 'Bias', value: showFigure(bias), meaning: `On average the ${point} is ${side} actuals.` }];
  }
  const side = share === 0 ? 'as high as' : share > 0 ? 'above' : 'below';
  const meaning = `Overall, the ${point} is ${side} actuals: Σ(m−y) / Σ|y|.`;
  return [{ name: 'Relative bias', value: `${share > 0 ? '+' : ''}${showPercent(share)}`, meaning }];
}

function coverageTile({ summary: { metrics } }: Report): Tile[] {
  const [widest] = metrics.intervals;
  if (widest === undefined || widest.coverage === null) return [];
  const { lower, upper, nominal, coverage } = widest;
  const meaning = `Share of actuals in this interval; ${showNominal(nominal)} if calibrated.`;
  return [{ name: `Coverage ${typeName(lower)}–${typeName(upper)}`, value: showPercent(coverage), meaning }];
}
