import { findMetric } from '../../metrics/base/metric.ts';
import { figureText, shareText, shownText, typeText } from './shown-text.ts';

/** How a metric is named and shown in charts. */
export interface MetricTexts {
  /** `WAPE`, `Coverage of p90`, `Mean width of p10–p90`. */
  readonly title: string;
  /** What belongs to the title on an axis, such as `, in units of the target`. */
  readonly unit: string;
  /** Whether values are shares from 0 to 1, shown in percent. */
  readonly isShare: boolean;
  readonly show: (value: number) => string;
}

/** The texts of a metric as `listMetrics` names it. */
export function metricTexts(name: string): MetricTexts {
  const [, lower, upper, member] = /^interval\[([^,\]]+),([^\]]+)\]\.(coverage|meanWidth)$/.exec(name) ?? [];
  if (lower !== undefined && upper !== undefined) {
    const band = `${typeText(lower)}–${typeText(upper)}`;
    return member === 'coverage' ? share(`Coverage of ${band}`) : figure(`Mean width of ${band}`, 'target');
  }
  const quantile = /^coverage\[([^\]]+)\]$/.exec(name)?.[1];
  if (quantile !== undefined) return share(`Coverage of ${typeText(quantile)}`);
  if (name === 'WAPESum') return figure('WAPE (sum)', 'target');
  const metric = findMetric(name);
  return figure(metric?.title ?? shownText(name, 40), metric?.unit);
}

function share(title: string): MetricTexts {
  return { title, unit: '', isShare: true, show: shareText };
}

function figure(title: string, unit: string | undefined): MetricTexts {
  return { title, unit: unit === 'target' ? ', in units of the target' : '', isShare: false, show: figureText };
}
