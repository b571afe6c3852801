import { readFileSync } from 'node:fs';
import { Table, tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { sumTable } from './arrow-figures.mjs';

/** arrow-rs in WebAssembly; its table reaches JavaScript through the IPC format. */
export async function run({ parts }) {
  const tables = parts.map((path) => tableFromIPC(readParquet(readFileSync(path)).intoIPCStream()));
  return new Table(tables.flatMap(({ batches }) => batches));
}

export const check = sumTable;
