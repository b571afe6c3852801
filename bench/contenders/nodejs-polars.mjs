import { loadNodePolars } from '../native.mjs';

/** polars of npm, with as many threads as it may use: it reads the variable once, when it starts. */
export function polars({ threads }) {
  process.env.POLARS_MAX_THREADS = String(threads);
  return loadNodePolars();
}

/** One frame of all parts with the types of all columns given, times as text, its best case; lazy where it can be. */
export function scanAll(pl, { parts, columns }) {
  const frames = parts.map((path) =>
    path.endsWith('.csv') ? pl.scanCSV(path, { schema: schemaOf(pl, columns) }) : pl.scanParquet(path),
  );
  return pl.concat(frames);
}

function schemaOf(pl, { all, numbers }) {
  return Object.fromEntries(all.map((name) => [name, numbers.includes(name) ? pl.Float64 : pl.Utf8]));
}
