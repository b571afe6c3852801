import type { Info, Options } from 'csv-parse';

/** csv-parse's parser as far as it is used here: text is written to it, and records are taken from it. */
export interface DialectParser extends AsyncIterable<unknown> {
  readonly destroyed: boolean;
  readonly info: Info;
  /** False where the writer should wait for `drain`. */
  write(text: string): boolean;
  end(): unknown;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
  /** Ends it, with an error that whoever takes records gets. */
  destroy(error?: Error): unknown;
}

/** Makes a parser. */
export type MakeParser = (options: Options) => DialectParser;
