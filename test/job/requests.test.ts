import { describe, expect, it } from 'vitest';
import { CreatePredictorBacktestExportJobCommand as Create, ForecastClient } from '@aws-sdk/client-forecast';
import { bikeArn, credentials, startService } from './with-door.ts';

const operation = 'CreatePredictorBacktestExportJob';

function request(more: object = {}, config: object = {}): object {
  const S3Config = { Path: 's3://bucket/x', RoleArn: 'arn:aws:iam::1:role/r', ...config };
  return { PredictorBacktestExportJobName: 'job', PredictorArn: bikeArn, Destination: { S3Config }, ...more };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

async function post(endpoint: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonForecast.${operation}`,
      ...headers,
    },
  });
  const value = (await response.json()) as { __type?: string; Message?: string };
  return { status: response.status, type: value.__type ?? '', message: value.Message ?? '' };
}

const long = (count: number, text = 'a'): string => text.repeat(count);
const tags = (count: number, prefix = 'k'): object[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `${prefix}${index}`, Value: 'v' }));

describe('each constraint, just inside and just outside its limit', () => {
  it.each<[string, object, string | undefined]>([
    ['a name of 1 letter', request({ PredictorBacktestExportJobName: 'a' }), undefined],
    ['a name of 63', request({ PredictorBacktestExportJobName: long(63) }), undefined],
    ['a name of 64', request({ PredictorBacktestExportJobName: long(64) }), 'PredictorBacktestExportJobName'],
    ['no name', request({ PredictorBacktestExportJobName: undefined }), 'PredictorBacktestExportJobName'],
    ['an empty name', request({ PredictorBacktestExportJobName: '' }), 'PredictorBacktestExportJobName'],
    ['a name with a digit first', request({ PredictorBacktestExportJobName: '1a' }), 'PredictorBacktestExportJobName'],
    ['a name with a hyphen', request({ PredictorBacktestExportJobName: 'a-b' }), 'PredictorBacktestExportJobName'],
    ['a name with a line end', request({ PredictorBacktestExportJobName: 'a\n' }), 'PredictorBacktestExportJobName'],
    ['an ARN of another service', request({ PredictorArn: 'arn:aws:s3:::x' }), 'PredictorArn'],
    ['an ARN of 257', request({ PredictorArn: bikeArn.padEnd(257, 'x') }), 'PredictorArn'],
    ['a path of 7', request({}, { Path: 's3://ab' }), 'ends elsewhere'],
    ['a path of 6', request({}, { Path: 's3://a' }), 'Destination.S3Config.Path'],
    ['a path of capitals', request({}, { Path: 's3://Bucket/x' }), 'Destination.S3Config.Path'],
    ['a path of 4097', request({}, { Path: `s3://bucket/${long(4085)}` }), 'Destination.S3Config.Path'],
    ['no role', request({}, { RoleArn: undefined }), 'Destination.S3Config.RoleArn'],
    ['a role of 256', request({}, { RoleArn: long(256) }), undefined],
    ['a role of 257', request({}, { RoleArn: long(257) }), 'Destination.S3Config.RoleArn'],
    ['a key', request({}, { KMSKeyArn: 'arn:aws:kms:us-west-2:1:key/x' }), undefined],
    ['a key of another partition', request({}, { KMSKeyArn: 'arn:aws-cn:kms:cn-north-1:1:key/x' }), undefined],
    [
      'a key that is none',
      request({}, { KMSKeyArn: 'arn:aws:kms:us-west-2:1:alias/x' }),
      'Destination.S3Config.KMSKeyArn',
    ],
    ['a format', request({ Format: 'PARQUET' }), undefined],
    ['a format with more behind', request({ Format: 'CSVX' }), 'Format'],
    ['a format in small letters', request({ Format: 'csv' }), 'Format'],
    ['50 tags', request({ Tags: tags(50) }), undefined],
    ['201 tags', request({ Tags: tags(201) }), 'Tags'],
    ['a tag key of 128', request({ Tags: [{ Key: long(128), Value: long(256) }] }), undefined],
    ['a tag key of 129', request({ Tags: [{ Key: long(129), Value: '' }] }), 'Tags.0.Key'],
    ['an empty tag key', request({ Tags: [{ Key: '', Value: '' }] }), 'Tags.0.Key'],
    ['a tag value of 257', request({ Tags: [{ Key: 'a', Value: long(257) }] }), 'Tags.0.Value'],
    ['a tag of other characters', request({ Tags: [{ Key: 'a!', Value: '' }] }), 'Tags.0.Key'],
    ['a tag of letters of any script', request({ Tags: [{ Key: 'größe 数 +-=._:/@', Value: 'é' }] }), undefined],
    ['a tag key twice', request({ Tags: [...tags(1), ...tags(1)] }), 'Tags'],
    ['tag keys that differ in case', request({ Tags: [...tags(1), ...tags(1, 'K')] }), undefined],
    ['a tag key of AWS', request({ Tags: [{ Key: 'aWs:x', Value: '' }] }), 'Tags'],
    ['a tag value of AWS', request({ Tags: [{ Key: 'x', Value: 'aws:x' }] }), undefined],
    ['a number for a name', request({ PredictorBacktestExportJobName: 7 }), 'PredictorBacktestExportJobName'],
  ])('%s', async (_, body, member) => {
    const { endpoint, service } = await startService();
    const { status, type, message } = await post(endpoint, JSON.stringify(body));
    await service.settled();
    if (member === undefined || member === 'ends elsewhere') expect([status, type]).toEqual([200, '']);
    else
      expect([status, type, message]).toEqual([400, 'InvalidInputException', expect.stringContaining(`'${member}': `)]);
  });

  it('refuses 51 tags on one resource', async () => {
    const { endpoint } = await startService();
    const { type } = await post(endpoint, JSON.stringify(request({ Tags: tags(51) })));
    expect(type).toBe('LimitExceededException');
  });

  it.each([
    [{ MaxResults: 1 }, ''],
    [{ MaxResults: 100 }, ''],
    [{ MaxResults: 0 }, 'InvalidInputException'],
    [{ MaxResults: 101 }, 'InvalidInputException'],
    [{ NextToken: '' }, 'InvalidInputException'],
    [{ NextToken: long(3001) }, 'InvalidInputException'],
    [{ NextToken: long(3000) }, 'InvalidNextTokenException'],
    [{ Filters: [{ Key: 'Name', Condition: 'IS', Value: 'x' }] }, 'InvalidInputException'],
    [{ Filters: [{ Key: 'Status', Condition: 'LIKE', Value: 'x' }] }, 'InvalidInputException'],
    [{ Filters: [{ Key: 'Status', Condition: 'IS' }] }, 'InvalidInputException'],
  ])('of a list: %j', async (body, expected) => {
    const { endpoint } = await startService();
    const target = { 'x-amz-target': 'AmazonForecast.ListPredictorBacktestExportJobs' };
    expect((await post(endpoint, JSON.stringify(body), target)).type).toBe(expected);
  });
});

describe('an invalid request', () => {
  it.each<[string, string, Record<string, string>, number, string]>([
    ['malformed JSON', '{', {}, 400, 'SerializationException'],
    ['no UTF-8', '"\ud800"', {}, 400, 'InvalidInputException'],
    ['a list', '[]', {}, 400, 'InvalidInputException'],
    ['an unknown operation', '{}', { 'x-amz-target': 'AmazonForecast.CreateWorld' }, 400, 'UnknownOperationException'],
    ['an operation of Object', '{}', { 'x-amz-target': 'AmazonForecast.toString' }, 400, 'UnknownOperationException'],
    ['another service', '{}', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, 400, 'UnknownOperationException'],
    ['another content type', '{}', { 'content-type': 'text/plain' }, 415, 'UnsupportedMediaTypeException'],
    ['too long a body', `"${long(1024 * 1024)}"`, {}, 413, 'RequestEntityTooLargeException'],
  ])('%s is answered by name, and the service goes on', async (_, body, headers, status, type) => {
    const { endpoint, log } = await startService();
    expect(await post(endpoint, body, headers)).toMatchObject({ status, type });
    expect(log[0]).toMatchObject({ status, exception: type });
    const get = await fetch(`${endpoint}/other`);
    expect([get.status, ((await get.json()) as { __type: string }).__type]).toEqual([404, 'UnknownOperationException']);
    expect((await post(endpoint, JSON.stringify(request()))).status).toBe(200);
  });

  it('is refused when its signature is wrong and keys are configured', async () => {
    const keys = { accessKey: credentials.accessKeyId, secretKey: credentials.secretAccessKey };
    const { endpoint, client } = await startService({}, keys);
    await client.send(new Create(request() as ConstructorParameters<typeof Create>[0]));
    expect((await post(endpoint, JSON.stringify(request()))).type).toBe('InvalidSignatureException');
    for (const wrong of [{ accessKeyId: 'x' }, { secretAccessKey: 'x' }]) {
      const other = new ForecastClient({ endpoint, region: 'us-west-2', credentials: { ...credentials, ...wrong } });
      const command = new Create(request() as ConstructorParameters<typeof Create>[0]);
      await expect(other.send(command)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
      other.destroy();
    }
  });
});
