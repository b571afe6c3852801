import type { Figure } from '../../../metrics/base/summary.ts';

/** An axis of numbers: round ticks, their texts, and how values are placed on it. */
export interface NumberAxis {
  /** After `place`. */
  readonly domain: readonly [number, number];
  /** After `place`, rising. */
  readonly ticks: readonly number[];
  /** The text of a tick. */
  readonly format: (tick: number) => string;
  /** A value as the axis has it; NaN for what is not drawn. */
  readonly place: (value: Figure | undefined) => number;
  /** What belongs to the axis's label, such as `, in 10³⁰`; mostly empty. */
  readonly unit: string;
}

/** Options of {@link numberAxis}. */
export interface NumberAxisOptions {
  /** Shares from 0 to 1 are shown in percent. */
  readonly percent?: boolean;
  /** About how many ticks. */
  readonly ticks?: number;
  /** Ends at the values instead of a tick beyond. */
  readonly tight?: boolean;
  /** Room beyond the values, as a share of their range; none at 0. For a tight axis. */
  readonly padding?: number;
  /** No ticks between whole numbers. */
  readonly whole?: boolean;
}

/**
 * The axis for finite values, with those that it must have among them, such as 0. Values beyond what can be drawn or read are in
 * units of a power of ten: the difference of two doubles may be infinite.
 */
export function numberAxis(values: Iterable<Figure | undefined>, options: NumberAxisOptions = {}): NumberAxis {
  const { percent = false, ticks: wanted = 5, tight = false, whole = false, padding = 0 } = options;
  const [least, most] = extentOf(values);
  const size = Math.max(Math.abs(least), Math.abs(most));
  const unit = size !== 0 && (size >= 1e15 || size < 1e-9) ? 10 ** Math.max(-307, Math.floor(Math.log10(size))) : 1;
  let [low, high] = [least / unit, most / unit];
  // so near to each other that ticks between them would be the same double
  if (high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-12) [low, high] = widen(low);
  const fine = niceStep((high - low) / wanted);
  const step = whole ? Math.max(1, fine) : fine;
  const [from, to] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const all = Array.from({ length: to - from + 1 }, (_, index) => roundTo((from + index) * step, step));
  const pad = (high - low) * padding;
  const ticks = tight ? all.filter((tick) => tick >= low - step * 1e-9 && tick <= high + step * 1e-9) : all;
  return {
    domain: tight ? [low === 0 ? 0 : low - pad, high === 0 ? 0 : high + pad] : [all[0] ?? low, all.at(-1) ?? high],
    ticks,
    format: percent
      ? percentFormat(step)
      : formatOf(
          step,
          ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0),
        ),
    place: (value) => (value === null || value === undefined ? Number.NaN : value / unit),
    unit: unit === 1 ? '' : `, in 10${raised(Math.round(Math.log10(unit)))}`,
  };
}

function extentOf(values: Iterable<Figure | undefined>): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least > most ? [0, 0] : [least, most];
}

function widen(value: number): [number, number] {
  if (value === 0) return [0, 1];
  return value > 0 ? [0, value] : [value, 0];
}

/** The smallest of 1, 2, 5 times a power of ten that is not below. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function roundTo(value: number, step: number): number {
  return Number(value.toFixed(decimalsOf(step))) + 0;
}

function decimalsOf(step: number): number {
  return Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

const scales: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
];

function formatOf(step: number, size: number): NumberAxis['format'] {
  const [scale, letter] = (size >= 1e4 ? scales.find(([each]) => size >= each) : undefined) ?? [1, ''];
  const decimals = decimalsOf(step / scale);
  if (decimals > 3 && scale > 1) return (tick) => minus(tick.toLocaleString('en-US', { maximumFractionDigits: 3 }));
  return (tick) => (tick === 0 ? '0' : minus(`${(tick / scale).toFixed(decimals)}${letter}`));
}

function percentFormat(step: number): NumberAxis['format'] {
  const decimals = decimalsOf(step * 100);
  return (tick) => minus(`${(tick * 100).toFixed(decimals)}%`);
}

/** The sign that is as wide as a plus. */
function minus(text: string): string {
  return text.replace(/^-/, '−');
}

/** An exponent in small raised digits. */
function raised(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (sign) => (sign === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)] ?? '')));
}
