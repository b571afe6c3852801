import { nominalShare } from '../../../metrics/base/metric.ts';
import type { IntervalMetrics } from '../../../metrics/base/summary.ts';
import { quantilesOf } from '../../../schema/forecast-type.ts';
import type { ForecastType } from '../../../schema/schema.ts';
import { showFigure } from '../../../show/values/show-value.ts';
import type { ReportedStep } from '../../base/report.ts';
import type { PageSection } from '../model.ts';
import { numbers, pageTable, texts } from '../page-table.ts';
import { showPercent, typeName } from '../words/measures.ts';
import { coverageWord, intervalWords, quantileWords, readCalibration, showNominal } from '../words/read-calibration.ts';
import { mostQuantiles, pickQuantiles, present, type SectionContext } from './context.ts';

const mostIntervals = 6;

/** Whether quantiles and intervals hold the shares of actuals that they promise, over all and by step. */
export function calibrationSection({ report, most }: SectionContext): PageSection {
  const { metrics, counts } = report.summary;
  const coverageOf = (type: ForecastType): number | null => metrics.coverage[type] ?? null;
  const quantiles = pageTable<ForecastType>(
    quantilesOf(report.forecastTypes),
    [
      texts('quantile', typeName),
      numbers('promised', (type) => showNominal(nominalShare([type]))),
      numbers('coverage', (type) => showPercent(coverageOf(type))),
      numbers('wQL', (type) => showFigure(metrics.wQL[type] ?? null)),
      texts('the forecast is', (type) => coverageWord(coverageOf(type), nominalShare([type]), counts, quantileWords)),
    ],
    { caption: 'Share of actuals at or below each quantile', most, drop: 1 },
  );
  const intervals = pageTable<IntervalMetrics>(
    metrics.intervals,
    [
      texts('interval', ({ lower, upper }) => `${typeName(lower)} to ${typeName(upper)}`),
      numbers('promised', ({ nominal }) => showNominal(nominal)),
      numbers('coverage', ({ coverage }) => showPercent(coverage)),
      numbers('mean width', ({ meanWidth }) => showFigure(meanWidth)),
      texts('the interval is', ({ coverage, nominal }) => coverageWord(coverage, nominal, counts, intervalWords)),
    ],
    { caption: 'Share of actuals within each interval', most, drop: 1 },
  );
  return {
    id: 'calibration',
    title: 'Calibration',
    reading: readCalibration(report),
    blocks: present([
      quantiles && {
        kind: 'chart',
        chart: { name: 'calibration' },
        title: 'Coverage by quantile',
        table: quantiles,
        drop: 1,
      },
      intervals,
      ...stepCharts({ report, most }),
    ]),
  };
}

function stepCharts({ report, most }: SectionContext) {
  const coverage = pageTable<ReportedStep>(
    report.steps,
    [
      numbers('step', ({ step }) => String(step)),
      ...pickQuantiles(report, mostQuantiles).map((type) =>
        numbers<ReportedStep>(typeName(type), ({ metrics }) => showPercent(metrics.coverage[type] ?? null), true),
      ),
    ],
    { caption: 'Coverage by horizon step', most, drop: 5, pageOnly: true },
  );
  const widths = pageTable<ReportedStep>(
    report.steps,
    [
      numbers('step', ({ step }) => String(step)),
      ...report.summary.metrics.intervals
        .slice(0, mostIntervals)
        .map(({ lower, upper }) =>
          numbers<ReportedStep>(
            `${typeName(lower)} to ${typeName(upper)}`,
            ({ metrics }) =>
              showFigure(
                metrics.intervals.find((each) => each.lower === lower && each.upper === upper)?.meanWidth ?? null,
              ),
            true,
          ),
        ),
    ],
    { caption: 'Mean width of intervals by horizon step', most, drop: 5, pageOnly: true },
  );
  return [
    coverage &&
      ({
        kind: 'chart',
        chart: { name: 'calibrationBySteps' },
        title: 'Coverage by horizon step',
        table: coverage,
        drop: 4,
        pageOnly: true,
      } as const),
    widths &&
      ({
        kind: 'chart',
        chart: { name: 'widthBySteps' },
        title: 'Width of intervals by horizon step',
        table: widths,
        drop: 4,
        pageOnly: true,
      } as const),
  ];
}
