import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createShapes } from '#src/job/index.js';
import { checkRequest } from '#src/job/shapes.js';
import { findTextProblem, listShape } from '#src/job/text-shape.js';
import { bikeArn, startService } from './with-door.ts';

/** A pattern that counts the characters it is shown. */
class CountingPattern extends RegExp {
  seen = 0;

  override test(text: string): boolean {
    this.seen += text.length;
    return super.test(text);
  }
}

const million = 1_000_000;

/**
 * Texts of a million characters, on which the earlier patterns took minutes; made late, because test names contain
 * arguments.
 */
const endless: Readonly<Record<string, () => string>> = {
  colons: () => `arn:aws:forecast:${':'.repeat(million)}\n`,
  'colons between letters': () => `arn:aws:forecast:${'a:'.repeat(million / 2)}\n`,
  keys: () => `arn:aws:kms:${':key'.repeat(million / 4)}\n`,
  letters: () => `${'a'.repeat(million)}!`,
  'a path': () => `s3://a${'/'.repeat(million)}\n`,
  pairs: () => '😀'.repeat(million / 2),
};

/** The message for a request that is refused. */
function messageOf(operation: Parameters<typeof checkRequest>[1], request: unknown): string {
  try {
    checkRequest(createShapes(z), operation, request);
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidInputException') return error.message;
    throw error;
  }
  return 'it was accepted';
}

describe('a text in a request', () => {
  it('is tested by a pattern only if its length is allowed', () => {
    const pattern = new CountingPattern('^a*$');
    const problem = findTextProblem('a'.repeat(million), { most: 256, pattern });
    expect([problem, pattern.seen]).toEqual([`expected at most 256 characters, found ${million}`, 0]);
    expect([findTextProblem('a'.repeat(256), { most: 256, pattern }), pattern.seen]).toEqual([undefined, 256]);
    expect(findTextProblem('a\u0000', { most: 256, pattern })).toMatch(/^expected text without control/);
    expect(pattern.seen).toBe(256);
  });

  it('is measured in characters, not in surrogates', () => {
    expect(findTextProblem('😀'.repeat(128), { most: 128 })).toBeUndefined();
    expect(findTextProblem('😀'.repeat(129), { most: 128 })).toBe('expected at most 128 characters, found 129');
    expect(findTextProblem('', { least: 1, most: 2 })).toBe('expected at least 1 character, found 0');
  });

  it.each(Object.keys(endless))('of a million characters is refused at once in every field: %s', (name) => {
    const text = endless[name]?.() ?? '';
    const S3Config = { Path: text, RoleArn: text, KMSKeyArn: text };
    const Tags = [{ Key: text, Value: text }];
    const job = { PredictorBacktestExportJobName: text, PredictorArn: text, Destination: { S3Config }, Tags };
    const list = { Filters: [{ Key: text, Condition: text, Value: text }], NextToken: text };
    const messages = [
      messageOf('CreatePredictorBacktestExportJob', { ...job, Format: text }),
      messageOf('ListPredictorBacktestExportJobs', list),
      messageOf('DescribePredictorBacktestExportJob', { PredictorBacktestExportJobArn: text }),
      messageOf('UntagResource', { ResourceArn: text, TagKeys: [text] }),
    ];
    expect(messages.map((message) => message.split(' ', 1)[0])).toEqual(['8', '4', '1', '2']);
    expect(Math.max(...messages.map(({ length }) => length))).toBeLessThan(1100);
  });

  it('is refused over HTTP too, where 4,000 colons took 25 seconds', async () => {
    const { endpoint } = await startService();
    const response = await fetch(endpoint, {
      method: 'POST',
      body: JSON.stringify({ PredictorBacktestExportJobArn: `arn:aws:forecast:${':'.repeat(900_000)}\n` }),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonForecast.DescribePredictorBacktestExportJob',
      },
    });
    expect(response.status).toBe(400);
  });

  it.each([
    ['a control', '\u001b[2J'],
    ['a line end', 'a\nb'],
    ['a C1 control', '\u009b31m'],
    ['a bidirectional override', 'a\u202eb'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a line separator', 'a\u2028b'],
    ['a byte-order mark', 'a\ufeffb'],
    ['half a pair', 'a\ud800b'],
    ['the other half', 'a\udc00b'],
  ])('holds nothing that forges a name: %s', (_, text) => {
    const message = messageOf('CreatePredictorBacktestExportJob', {
      PredictorBacktestExportJobName: 'job',
      PredictorArn: `${bikeArn}${text}`,
      Destination: { S3Config: { Path: `s3://bucket/${text}`, RoleArn: text } },
      Tags: [{ Key: text, Value: text }],
    });
    const members = [...message.matchAll(/'([\w.]+)': expected text without control/g)].map(([, member]) => member);
    const config = 'Destination.S3Config';
    expect(members).toEqual(['PredictorArn', `${config}.Path`, `${config}.RoleArn`, 'Tags.0.Key', 'Tags.0.Value']);
    expect(message).not.toContain(text);
  });
});

describe('a list in a request', () => {
  it('has none of its elements checked if it is too long', () => {
    let looked = 0;
    const shape = listShape(
      z,
      z.unknown().refine(() => ++looked > 0),
      50,
    );
    const result = shape.safeParse(Array.from({ length: 349_000 }, () => ({})));
    expect(result.error?.issues.map(({ message }) => message)).toEqual(['expected at most 50 elements']);
    expect([looked, shape.safeParse([1, 2]).success, looked]).toEqual([0, true, 2]);
    expect(shape.safeParse('text').success).toBe(false);
  });

  it.each([
    ['ListPredictorBacktestExportJobs', 'Filters', 50],
    ['TagResource', 'Tags', 200],
    ['UntagResource', 'TagKeys', 200],
    ['CreatePredictorBacktestExportJob', 'Tags', 200],
  ] as const)('%s: %s', (operation, member, most) => {
    const messageFor = (count: number): string =>
      messageOf(operation, { [member]: Array.from({ length: count }, () => ({})) });
    expect(messageFor(most + 1)).toContain(`'${member}': expected at most ${most} elements`);
    const told = messageFor(most).split('; ');
    expect(told.join('; ')).not.toContain('elements');
    expect([told.length, told.at(-1)]).toEqual([11, expect.stringMatching(/^and \d+ more$/)]);
  });
});
