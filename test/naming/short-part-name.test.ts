import { expect, it } from 'vitest';
import { shortPartName } from '#src/naming/short-part-name.js';

const time = '2021-12-14T13-20-10Z';
const part = `Forecasts_bike_${time}_part0.csv`;

it.each([
  [part, 'forecasted-values', 'part0.csv'],
  [part, '', 'part0.csv'],
  [part, 'somewhere', 'part0.csv'],
  [`Accuracy_bike_${time}_part12.c000.snappy.parquet`, 'accuracy-metrics-values', 'part12.c000.snappy.parquet'],
  [`bike_${time}_007.csv`, 'forecasted-values', '007.csv'],
])('%s in %j is %s', (name, folder, short) => expect(shortPartName(name, folder)).toBe(short));

// each of them would get the name of another file that may lie beside it
it.each([
  [`Copy of ${part}`, 'forecasted-values'],
  [`Forecasts_bike_${time}_part0 - Copy.csv`, 'forecasted-values'],
  [`Forecasts_bike_${time}_part0 (1).csv`, 'forecasted-values'],
  [`old_copy_part0.csv`, 'forecasted-values'],
  [`bike_${time}_part0.csv`, 'forecasted-values'],
  [`Forecasts_bike_2021-12-14T13-20-10+0000_part0.csv`, 'forecasted-values'],
  [part, 'accuracy-metrics-values'],
  ['notes.txt', ''],
])('%s in %j stays whole', (name, folder) => expect(shortPartName(name, folder)).toBe(name));
