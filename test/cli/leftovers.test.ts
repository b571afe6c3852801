import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { currentOwner } from '#src/storage/owner.js';
import { startFakeS3 } from '../support/fake-s3.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './run.ts';

afterEach(() => void vi.unstubAllEnvs());

const { host, pid, start } = currentOwner();
const random = '01234567-89ab-cdef-0123-456789abcdef';
const dead = `.backtest-export-p${host}-4194305-7-${random}.tmp`;
const alive = `.backtest-export-p${host}-${pid}-${start}-${random}.tmp`;
const elsewhere = `.backtest-export-p00000000-7-7-${random}.tmp`;
const hour = 60 * 60 * 1000;

/** A folder with a file of an ended, of a running and of another machine's process, the last three hours old. */
function folderOfThree(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'forecasted-values'));
  for (const name of [dead, alive, `forecasted-values/${elsewhere}`, 'other.csv']) {
    writeFileSync(join(folder, name), 'text');
  }
  const then = new Date(Date.now() - 3 * hour);
  utimesSync(join(folder, 'forecasted-values', elsewhere), then, then);
  return folder;
}

interface Printed {
  readonly leftovers: readonly { readonly path: string; readonly writer: string; readonly removable: boolean }[];
  readonly removed: readonly { readonly path: string }[];
  readonly uploadsUnknown: string | null;
}

async function leftovers(...argv: readonly string[]): Promise<[number, Printed]> {
  const { code, stdout } = await run(['leftovers', ...argv, '--json']);
  return [code, JSON.parse(stdout) as Printed];
}

describe('leftovers', () => {
  it('lists what writers have in a folder, and removes nothing', async () => {
    const folder = folderOfThree();
    const [code, { leftovers: found, removed }] = await leftovers(folder);
    expect(code).toBe(0);
    const byWriter = found.toSorted((a, b) => (a.writer < b.writer ? -1 : 1));
    expect(byWriter).toMatchObject([
      { path: alive, kind: 'temporary', bytes: 4, writer: 'alive', removable: false },
      { path: dead, kind: 'temporary', bytes: 4, writer: 'dead', removable: true },
      { path: `forecasted-values/${elsewhere}`, kind: 'temporary', writer: 'elsewhere', removable: false },
    ]);
    expect(removed).toEqual([]);
    expect(readdirSync(folder, { recursive: true })).toHaveLength(5);
    const printed = await run(['leftovers', folder]);
    expect(printed.stdout).toContain('--remove removes what is left');
  });

  it('removes what is left, of other machines what is older than it is told', async () => {
    const folder = folderOfThree();
    const [code, { leftovers: found, removed }] = await leftovers(folder, '--remove');
    expect([code, removed.map(({ path }) => path), found.length]).toEqual([0, [dead], 2]);
    const [later, more] = await leftovers(folder, '--remove', '--older-than', '2.5');
    expect([later, more.removed.map(({ path }) => path)]).toEqual([0, [`forecasted-values/${elsewhere}`]]);
    expect(readdirSync(folder, { recursive: true }).map(String).toSorted()).toEqual([
      alive,
      'forecasted-values',
      'other.csv',
    ]);
  });

  it('finds uploads to S3, and says where it may not', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const s3 = await startFakeS3();
    s3.objects.set(`lake/${dead}`, new Uint8Array(3));
    s3.uploads.set('upload0', new Map());
    s3.begun.set('upload0', { key: `lake/forecasted-values/${dead}`, at: Date.now() });
    const where = ['s3://bucket/lake', '--endpoint-url', s3.endpoint];
    s3.trouble = (request, _, response) => {
      if (request.method === 'DELETE' && (request.url ?? '').includes('uploadId')) {
        response.writeHead(403, { 'content-type': 'application/xml' });
        response.end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
        return true;
      }
      return false;
    };
    const upload = { path: `forecasted-values/${dead}`, kind: 'upload', bytes: null, writer: 'dead', removable: true };
    const [code, { leftovers: left, removed }] = await leftovers(...where, '--remove');
    expect([code, left, removed]).toMatchObject([1, [upload], [{ path: dead }]]);
    s3.trouble = undefined;
    const [second, { removed: gone }] = await leftovers(...where, '--remove');
    // with its last object the folder is gone
    expect([second, gone]).toMatchObject([0, [upload]]);
    expect(s3.uploads.size).toBe(0);
  });

  it('searches the folders below, so that a lake can be given whole', async () => {
    const lake = temporaryFolder();
    const table = join('job=bike', 'exported_at=2021', 'forecasted-values');
    for (const folder of [table, 'job=taxi']) mkdirSync(join(lake, folder), { recursive: true });
    const paths = ['job=bike/exported_at=2021/forecasted-values/', 'job=taxi/'].map((folder) => folder + dead);
    for (const path of paths) writeFileSync(join(lake, path), 'text');
    expect((await leftovers(lake, '--depth', '0'))[1].leftovers).toEqual([]);
    const { stdout, stderr } = await run(['leftovers', lake, '--depth', '1']);
    expect(stdout.split('\n')[0]).toBe(`1 hidden file of writers in ${lake}, 4 B`);
    expect(stderr).toBe('warning FOLDERS_TOO_DEEP: 1 folder is too deep to be searched; --depth N goes deeper\n');
    const [code, { removed, leftovers: left }] = await leftovers(lake, '--remove');
    expect([code, removed.map(({ path }) => path), left]).toEqual([0, paths, []]);
    expect(readdirSync(join(lake, table))).toEqual([]);
    expect((await run(['leftovers', lake])).stdout).toBe(`No leftovers in ${lake}\n`);
  });

  it('finds uploads to folders that have no object', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const s3 = await startFakeS3();
    s3.objects.set('lake/_SUCCESS', new Uint8Array());
    s3.uploads.set('upload0', new Map());
    s3.begun.set('upload0', { key: `lake/job=bike/forecasted-values/${dead}`, at: Date.now() });
    const where = ['s3://bucket/lake', '--endpoint-url', s3.endpoint, '--remove'];
    expect((await leftovers(...where, '--depth', '0'))[1].removed).toEqual([]);
    const [code, { removed }] = await leftovers(...where);
    expect([code, removed]).toMatchObject([0, [{ path: `job=bike/forecasted-values/${dead}`, kind: 'upload' }]]);
    expect(s3.uploads.size).toBe(0);
  });

  it.each([
    [['missing-folder'], 'FILE_NOT_FOUND'],
    [['x', '--older-than', 'soon'], 'OPTION_INVALID'],
    [['x', '--older-than', '-1'], 'OPTION_INVALID'],
  ])('refuses %j', async (argv, error) => {
    const { code, stderr } = await run(['leftovers', ...argv]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`error ${error}: `)]);
  });
});
