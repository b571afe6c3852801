import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { startFakeS3 } from '../support/fake-s3.ts';
import { startFakeTrino, type TrinoAsked, type TrinoReply } from '../support/fake-trino.ts';
import { storageFiles } from '../support/folder-files.ts';
import { run, wordsOf } from './run.ts';

let root = '';
/** A sound export and one with a defect. */
let folder = '';
let broken = '';
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'backtest-export-test-')));
  [folder, broken] = [join(root, 'sound'), join(root, 'broken')];
  await generateExport(folder, { items: 3, windows: 2, horizon: 3, parts: 2 });
  await generateExport(broken, { items: 3, windows: 2, horizon: 3, defects: ['missing-step'] });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

const trino = ['--engine', 'trino', '--catalog', 'hive', '--database', 'lake', '--local-root', '/'];

describe('summarize --engine', () => {
  it.each(['table', 'json', 'csv', 'markdown'])('duckdb prints what it prints without, as %s', async (format) => {
    const options = ['summarize', folder, '--by', 'window,item', '--format', format];
    const [own, asked] = [await run(options), await run([...options, '--engine', 'duckdb'])];
    expect(own.code).toBe(0);
    expect(own.stdout.length).toBeGreaterThan(500);
    expect(asked).toEqual(own);
  });

  it('duckdb adds up plainly where that is asked for, and says so', async () => {
    const { code, stdout } = await run(['summarize', folder, '--json', '--engine', 'duckdb', '--sums', 'plain']);
    expect(code).toBe(0);
    expect(stdout).toContain('SUMS_ROUNDED');
  });

  it('says with --dry-run what would be read, and runs nothing', async () => {
    const { server, asked } = await startFakeTrino(() => 'silence');
    const options = [...trino, '--engine-url', server, '--dry-run'];
    const made = await run(['summarize', folder, ...options]);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain('a table is made, and dropped at the end');
    expect(made.stdout).toContain('add up rows by group           always');
    expect(made.stdout).toContain('Nothing was run.');
    expect(made.stdout).not.toContain('USD');
    const named = await run(['summarize', folder, ...options, '--table', 'bike', '--sums', 'plain', '--json']);
    const { statements, bytes, tables, price } = JSON.parse(named.stdout) as Record<string, unknown[]>;
    const [first] = tables as readonly { readonly bytes: number }[];
    expect(statements?.length).toBe(2);
    expect(bytes).toBe(2 * (first?.bytes ?? 0));
    expect(first).toMatchObject({ how: 'table bike, made and kept if it does not exist', parts: 2 });
    expect(price).toBe(null);
    expect(asked).toEqual([]);
  });

  it('says with --dry-run what Athena would charge', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const s3 = await startFakeS3();
    const memory = createMemoryStorage();
    await generateExport(memory, { items: 2 });
    for (const [path, text] of await storageFiles(memory)) s3.objects.set(`bike/${path}`, Buffer.from(text, 'latin1'));
    const options = ['--endpoint-url', s3.endpoint, '--engine', 'athena', '--workgroup', 'nightly', '--dry-run'];
    const { code, stdout } = await run(['summarize', 's3://bucket/bike', ...options]);
    expect(code).toBe(0);
    expect(stdout).toContain('Athena, workgroup nightly');
    // two statements of at least 10 MB, in whole cents
    expect(stdout).toContain('at most 0.01 USD, at 5.00 USD per TB scanned (list price in us-east-1, 2026-11)');
    const { stdout: json } = await run(['summarize', 's3://bucket/bike', ...options, '--json']);
    expect(JSON.parse(json)).toMatchObject({ price: { usd: 0.0001, usdPerTerabyte: 5, listPriceOf: '2026-11' } });
  });

  it.each([
    [['--dry-run'], '--dry-run works with --engine only'],
    [['--sums', 'plain'], '--sums works with --engine only'],
    [['--table', 'a'], '--table works with --engine only'],
    [['--engine', 'spark'], "--engine: expected duckdb, trino or athena, found 'spark'"],
    [['--engine', 'duckdb', '--table', 'a'], '--table is for --engine trino or athena, found --engine duckdb'],
    [['--engine', 'athena', '--engine-memory', '1GB'], '--engine-memory is for --engine duckdb, found --engine athena'],
    [['--engine', 'duckdb', '--skip-bad-parts'], '--skip-bad-parts and --engine exclude each other'],
    [['--engine', 'duckdb', '--dry-run', '--format', 'csv'], '--dry-run prints no CSV: give another --format'],
    [['--engine', 'duckdb', '--engine-memory', 'much'], "--engine-memory: expected a size such as '4GB' or '512MiB'"],
    [['--engine', 'duckdb', '--engine-timeout', '0'], "--engine-timeout: expected a whole number from 1, found '0'"],
    [['--engine', 'trino'], '--engine trino: give its address with --engine-url'],
    [
      ['--engine', 'trino', '--engine-url', 'http://a', '--catalog', 'hive'],
      '--engine trino: give --catalog and --database, where its table is or is to be made',
    ],
    [[...trino, '--engine-url', 'a:8080'], '--engine-url: expected a URL that begins with http:// or https://'],
  ])('refuses %o', async (options, problem) => {
    const { code, stdout, stderr } = await run(['summarize', folder, ...options]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`error OPTION_INVALID: ${problem}\nhint: backtest-export summarize --help lists the options\n`);
  });

  it('asks where Trino finds a folder of this machine', async () => {
    const options = ['--engine', 'trino', '--engine-url', 'http://a', '--catalog', 'hive', '--database', 'lake'];
    const { code, stderr } = await run(['summarize', 'exports/bike', ...options]);
    expect([code, stderr]).toEqual([
      2,
      "error OPTION_INVALID: --engine trino: expected a location that Trino can read, found 'exports/bike'; " +
        'give --local-root FOLDER, at which its own local file system begins, or --engine-location URI\n' +
        'hint: backtest-export summarize --help lists the options\n',
    ]);
  });

  it('refuses Athena where the export is not in S3', async () => {
    const { stderr } = await run(['summarize', 'exports/bike', '--engine', 'athena']);
    expect(stderr).toContain(
      "--engine athena: expected a location that begins with s3://, found 'exports/bike'; --engine-location URI says where",
    );
  });

  it.each([
    ['TRINO_PASSWORD', 'open-sesame'],
    ['TRINO_ACCESS_TOKEN', 'open-sesame'],
  ])('refuses to send %s without TLS, and names it', async (name, secret) => {
    const options = ['summarize', folder, ...trino, '--engine-url', 'http://trino.example.com'];
    const { code, stderr } = await run(options, { env: { [name]: secret } });
    expect([code, stderr]).toEqual([
      2,
      `error OPTION_INVALID: ${name}: expected a server at https://, found http://\nhint: backtest-export summarize --help lists the options\n`,
    ]);
  });

  it('takes the token of Trino from the environment, and shows it nowhere', async () => {
    const { server, asked } = await startFakeTrino(({ headers }) => ({ status: 401, body: headers }));
    const env = { TRINO_ACCESS_TOKEN: 'open-sesame', BACKTEST_EXPORT_DEBUG: '1' };
    const { code, stderr } = await run(['summarize', folder, ...trino, '--engine-url', server], { env });
    expect([code, asked[0]?.headers.authorization]).toEqual([2, 'Bearer open-sesame']);
    expect(stderr).toContain('error ENGINE_FORBIDDEN: ');
    expect(stderr).toContain('caused by ');
    expect(stderr).not.toContain('open-sesame');
  });

  it.each(['summarize', 'verify'])('%s waits after an interruption until its tables are dropped', async (command) => {
    const stop = new AbortController();
    // longer than a command that may be left where it is has to end
    const after = 900;
    const dropped: string[] = [];
    const { server, asked } = await startFakeTrino(
      catalogOf((sql) => {
        if (sql.startsWith('DROP')) {
          setTimeout(() => dropped.push(sql), after);
          return { body: { id: 'q1' }, after };
        }
        if (!sql.startsWith('WITH')) return undefined;
        setTimeout(() => stop.abort(), 5);
        return 'silence';
      }),
    );
    const { code, stdout } = await run([command, folder, ...trino, '--engine-url', server], { signal: stop.signal });
    expect([code, stdout]).toEqual([130, '']);
    const made = asked.filter(({ body }) => body.startsWith('CREATE TABLE'));
    expect(made.length).toBe(command === 'verify' ? 2 : 1);
    expect(dropped.length).toBe(made.length);
  });

  it('warns of a table that it could not drop', async () => {
    const { server } = await startFakeTrino(
      catalogOf((sql, answer) => {
        if (sql.startsWith('WITH')) return answer('SYNTAX_ERROR', 'so it is');
        return sql.startsWith('DROP') ? answer('PERMISSION_DENIED', 'no dropping') : undefined;
      }),
    );
    const { code, stderr } = await run(['summarize', folder, ...trino, '--engine-url', server, '--json']);
    expect(code).toBe(2);
    expect(wordsOf(stderr)).toMatch(
      /^warning TABLE_LEFT: the table hive\.lake\.backtest_export_[\da-f]{16} was made and could not be dropped; [^\n]*no dropping\nerror ENGINE_FAILED: [^\n]*SYNTAX_ERROR: so it is\n/,
    );
  });
});

describe('verify --engine', () => {
  it('duckdb finds what verify finds, and lists what SQL cannot check', async () => {
    const options = ['verify', broken, '--json', '--max-places', '0'];
    const [own, asked] = [await run(options), await run([...options, '--engine', 'duckdb', '--threads', '1'])];
    expect([own.code, asked.code]).toEqual([1, 1]);
    const [read, queried] = [own, asked].map(({ stdout }) => JSON.parse(stdout) as Report);
    expect(read?.findings.map(({ code }) => code)).toContain('STEP_MISSING');
    expect(queried?.findings.map(({ code, count }) => [code, count])).toEqual(
      read?.findings.map(({ code, count }) => [code, count]),
    );
  });

  it('says with --dry-run what would be read', async () => {
    const { code, stdout } = await run(['verify', folder, '--engine', 'duckdb', '--dry-run', '--json']);
    const { statements, bytes, tables } = JSON.parse(stdout) as {
      readonly statements: readonly { readonly purpose: string; readonly when: string; readonly bytes: number }[];
      readonly tables: readonly { readonly bytes: number; readonly how: string }[];
      readonly bytes: number;
    };
    expect(code).toBe(0);
    expect(statements.map(({ purpose, when }) => `${when}: ${purpose}`)).toEqual([
      'always: check the rows of forecasted-values',
      'always: check the rows of accuracy-metrics-values',
      'always: check all series',
      'if needed: compare rows that repeat others',
      'if needed: find the places of a finding',
    ]);
    expect(tables.length).toBe(2);
    expect(bytes).toBe(tables.reduce((sum, table) => sum + 2 * table.bytes, 0));
  });

  it.each([
    [['--engine', 'duckdb', '--history', 'a.csv'], '--history and --engine exclude each other'],
    [
      ['--engine', 'duckdb', '--accuracy-table', 'a'],
      '--accuracy-table is for --engine trino or athena, found --engine duckdb',
    ],
    [[...trino, '--engine-url', 'http://a', '--threads', '1'], '--threads and --engine trino exclude each other'],
    [['--accuracy-table', 'a'], '--accuracy-table works with --engine only'],
  ])('refuses %o', async (options, problem) => {
    const { code, stderr } = await run(['verify', folder, ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error OPTION_INVALID: ${problem}\n`);
  });
});

interface Report {
  readonly findings: readonly { readonly code: string; readonly count: number }[];
}

/** A server that has every table that is asked for, and answers statements by `reply` before that. */
function catalogOf(
  reply: (sql: string, answer: (errorName: string, message: string) => TrinoReply) => TrinoReply | undefined,
): (asked: TrinoAsked) => TrinoReply {
  const failing = (errorName: string, message: string): TrinoReply => ({
    body: { id: 'q1', error: { errorName, message, errorCode: 1, errorType: 'USER_ERROR' } },
  });
  const columns = ['column_name', 'data_type'].map((name) => ({ name, type: 'varchar' }));
  return ({ body }) => {
    const own = reply(body, failing);
    if (own !== undefined) return own;
    return { body: body.startsWith('SELECT') ? { id: 'q1', columns, data: [['item_id', 'varchar']] } : { id: 'q1' } };
  };
}
