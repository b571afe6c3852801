import { expect, it, onTestFinished } from 'vitest';
import { listen } from '#src/emulator/index.js';
import { talkToPython } from './python.ts';

it('boto3: the calls of AWS samples around an export, and failures injected over HTTP', async () => {
  const ulid = '_01G415VFPA7DRMEFTBWH4WM0M9';
  const generate = { items: 3, windows: 2, horizon: 4, frequency: 'D' };
  const old = { ...generate, exportedAt: '2020-01-01T00-00-00Z' };
  const emulator = await listen({
    predictors: { [`TAXI${ulid}`]: { generate }, [`OLD${ulid}`]: { generate: old }, legacy: { generate } },
    datasetGroup: 'rides',
  });
  onTestFinished(() => emulator.close());
  expect(await talkToPython('boto_samples.py', [emulator.url])).toEqual({
    latest: [{ Key: 'latest', Value: 'rides.csv' }],
    auto: [4, 'D', ['mean', '0.1', '0.5', '0.9'], 'ACTIVE'],
    windows: { NumberOfBacktestWindows: 2, BackTestWindowOffset: 4 },
    created: Date.UTC(2021, 11, 14, 13, 20, 10) / 1000,
    job: 'arn:aws:forecast:us-east-1:210987654321:predictor-backtest-export-job/TAXI/export_2021_12_14',
    statuses: ['asked', ['CREATE_PENDING', 'CREATE_IN_PROGRESS', 'ACTIVE'], 'ACTIVE'],
    duplicate: true,
    trained: `arn:aws:forecast:us-west-2:123456789012:predictor/TAXI${ulid}`,
    failed: ['CREATE_FAILED', 'No space left', []],
    limited: 400,
    listed: [],
    id: expect.stringMatching(/^[\da-f-]{36}$/),
  });
});
