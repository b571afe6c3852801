import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// the command is tested as it is published: bundled
const published = pathToFileURL(join(import.meta.dirname, '../../dist/cli/run-command.js')).href;
const { runCommand } = (await import(published)) as typeof import('#src/cli/run-command.js');

/** A stream that keeps what it is given. */
export class FakeStream extends EventEmitter {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;
  /** Answers each write with this error, once so many characters were taken. */
  failure: { readonly after: number; readonly error: Error } | undefined;

  constructor(columns = 0) {
    super();
    this.isTTY = columns > 0;
    this.columns = columns;
  }

  write(text: string, done: (error?: Error | null) => void): boolean {
    const { failure } = this;
    if (failure !== undefined && this.text.length + text.length > failure.after) {
      setImmediate(() => {
        done(failure.error);
        this.emit('error', failure.error);
      });
      return false;
    }
    this.text += text;
    setImmediate(done, null);
    return true;
  }
}

/** What a command line gave. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it. */
export interface RunOptions {
  /** Columns of the terminal; not a terminal by default. */
  readonly terminal?: number;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly stdout?: FakeStream;
  readonly stderr?: FakeStream;
  /** Standard input; empty by default. */
  readonly stdin?: string | AsyncIterable<Uint8Array>;
}

/** Runs one command line in this process. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout = options.stdout ?? new FakeStream(options.terminal);
  const stderr = options.stderr ?? new FakeStream(options.terminal);
  const signal = options.signal ?? new AbortController().signal;
  const { stdin = '', env = {} } = options;
  const code = await runCommand(argv, { stdout, stderr, env, signal, stdin: () => chunksOf(stdin) });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** In chunks of 1,000 bytes, so that lines and characters cross from one to the next. */
async function* chunksOf(input: string | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof input !== 'string') yield* input;
  const bytes = new TextEncoder().encode(typeof input === 'string' ? input : '');
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

/** What standard error says with `--json`, an object a line, in the words it has without. */
export function wordsOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return lines.map((line) => words(JSON.parse(line) as Told)).join('');
}

interface Coded {
  readonly code: string;
  readonly message: string;
  readonly hints?: readonly string[];
}

interface Told {
  readonly error?: Coded;
  readonly warning?: Coded;
  readonly hint?: string;
}

function words({ error, warning, hint }: Told): string {
  if (warning !== undefined) return `warning ${warning.code}: ${warning.message}\n`;
  if (error === undefined) return `hint: ${hint}\n`;
  const hints = (error.hints ?? []).map((text) => `hint: ${text}\n`);
  return `error ${error.code}: ${error.message}\n${hints.join('')}`;
}
