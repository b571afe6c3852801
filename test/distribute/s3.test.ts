import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createMemoryStorage } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { run } from '../cli/run.ts';
import { startFakeS3, type FakeS3 } from '../support/fake-s3.ts';
import { storageFiles } from '../support/folder-files.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(() => void vi.unstubAllEnvs());

async function withExport(): Promise<FakeS3> {
  const s3 = await startFakeS3();
  const memory = createMemoryStorage();
  await generateExport(memory, { items: 3, windows: 1, horizon: 2, parts: 2 });
  for (const [path, text] of await storageFiles(memory)) {
    for (const copy of ['bike', 'copy']) s3.objects.set(`${copy}/${path}`, Buffer.from(text, 'latin1'));
  }
  return s3;
}

it.each(['summarize', 'verify'])('plan, map and reduce give what %s gives of an export in S3', async (purpose) => {
  const s3 = await withExport();
  const access = ['--endpoint-url', s3.endpoint];
  const plan = await run(['plan', 's3://bucket/bike', '--for', purpose, ...access]);
  expect([plan.code, plan.stderr]).toEqual([0, '']);
  // the plan says where S3 is, and holds no secret
  expect(plan.stdout).not.toContain('secret');
  const states = await run(['map'], { stdin: plan.stdout });
  expect([states.code, states.stderr]).toEqual([0, '']);
  s3.objects.set('states/all.jsonl', Buffer.from(states.stdout));
  const whole = await run([purpose, 's3://bucket/bike', ...access]);
  expect(await run(['reduce'], { stdin: states.stdout })).toEqual(whole);
  expect(await run(['reduce', 's3://bucket/states/', ...access])).toEqual(whole);
  // a copy in S3 has the same ETags
  const elsewhere = await run(['map', '--location', 's3://bucket/copy', ...access], { stdin: plan.stdout });
  expect(elsewhere).toEqual(states);
});

it.each(['summarize', 'verify'])(
  'map for %s refuses a part in S3 with another ETag, though of the same size',
  async (purpose) => {
    const s3 = await withExport();
    const access = ['--endpoint-url', s3.endpoint];
    const { stdout: plan } = await run(['plan', 's3://bucket/bike', '--for', purpose, ...access]);
    const { stdout: states } = await run(['map'], { stdin: plan });
    for (const copy of ['bike', 'copy']) {
      const path = [...s3.objects.keys()].find((key) => key.startsWith(`${copy}/forecasted-values/`)) ?? '';
      const changed = Uint8Array.from(s3.objects.get(path) ?? []);
      changed[changed.length - 2] = 0x30 + (((changed[changed.length - 2] ?? 0) - 0x30 + 1) % 10);
      s3.objects.set(path, changed);
      const location = copy === 'bike' ? [] : ['--location', 's3://bucket/copy', ...access];
      const { code, stderr } = await run(['map', ...location], { stdin: plan });
      expect([copy, code, stderr]).toEqual([copy, 2, expect.stringMatching(/^error FILE_CHANGED: /)]);
    }
    // states of before are the summary of before; verify reads parts again, and refuses
    const { code } = await run(['reduce'], { stdin: states });
    expect(code).toBe(purpose === 'verify' ? 2 : 0);
  },
);
