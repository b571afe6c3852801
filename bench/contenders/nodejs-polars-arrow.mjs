import { tableFromIPC } from 'apache-arrow';
import { sumTable } from './arrow-figures.mjs';
import { polars, scanAll } from './nodejs-polars.mjs';

/** Its frame reaches JavaScript through the IPC format. */
export async function run(input) {
  const frame = await scanAll(polars(input), input).collect();
  return tableFromIPC(frame.writeIPC());
}

export const check = sumTable;
