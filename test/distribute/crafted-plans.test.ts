import { copyFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { digestOfJson } from '#src/distribute/digest.js';
import { mapPart, planExport, type MapOptions, type PlanLine } from '#src/distribute/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let place: string;
let folder: string;
let line: PlanLine;

beforeAll(async () => {
  const fixture = join(import.meta.dirname, '../../fixtures/retail/export');
  [line] = (await planExport(fixture)) as [PlanLine];
  folder = fixture;
});

/** With the digest that it should have. */
function sealed(changes: object): PlanLine {
  const { check: _check, ...rest } = { ...line, ...changes };
  return { ...rest, check: digestOfJson(rest) };
}

async function codeOf(given: PlanLine | string, options?: MapOptions): Promise<string> {
  return collect(mapPart(given, options)).then(
    () => 'none',
    (error: { code?: string; stack?: string }) => error.code ?? String(error.stack),
  );
}

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

describe('a line of a plan that was made by somebody else, with the right digest', () => {
  it('reads nothing but files below its folder', async () => {
    place = temporaryFolder();
    const below = join(place, 'export');
    await generateExport(below, { items: 2, windows: 1, horizon: 2 });
    const [planned] = (await planExport(below)) as [PlanLine];
    line = planned;
    onTestFinished(async () => {
      [line] = (await planExport(folder)) as [PlanLine];
    });
    const outside = join(place, 'outside.csv');
    copyFileSync(join(below, planned.part.path), outside);
    symlinkSync(outside, join(below, 'link.csv'));
    const paths = ['../outside.csv', outside, 'forecasted-values/../../outside.csv', 'link.csv', '', 'a\0b'];
    for (const path of paths) {
      const crafted = sealed({ part: { ...planned.part, path } });
      for (const options of [{}, { location: below }]) {
        expect([path, await codeOf(crafted, options)]).toEqual([path, 'FILE_OUTSIDE_FOLDER']);
      }
    }
    rmSync(join(below, planned.part.path));
    symlinkSync(outside, join(below, planned.part.path));
    expect(await codeOf(planned)).toBe('FILE_OUTSIDE_FOLDER');
  });

  it('is refused where a member is unknown, out of range or contradicts another', async () => {
    const { part, head, storage } = line;
    const wrongs: [changes: object, code: string][] = [
      [{ slice: { from: 0, to: 10 } }, 'PLAN_INVALID'],
      [{ number: 0 }, 'PLAN_INVALID'],
      [{ number: line.total + 1 }, 'PLAN_INVALID'],
      [{ number: 1e300 }, 'PLAN_INVALID'],
      [{ total: 10_000_001 }, 'PLAN_INVALID'],
      [{ plan: 'x' }, 'PLAN_INVALID'],
      [{ format: 2 }, 'VERSION_UNSUPPORTED'],
      [{ format: '1' }, 'PLAN_INVALID'],
      [{ kind: 'backtest-export state' }, 'PLAN_INVALID'],
      [{ part: { ...part, size: -1 } }, 'PLAN_INVALID'],
      [{ part: { ...part, size: part.size + 1 } }, 'FILE_CHANGED'],
      [{ part: { ...part, size: 2 ** 52 } }, 'FILE_CHANGED'],
      [{ part: { ...part, version: '0' } }, 'FILE_CHANGED'],
      [{ storage: { ...storage, kind: 'ftp' } }, 'PLAN_INVALID'],
      [{ head: { ...head, tables: {} } }, 'PLAN_INVALID'],
      [{ head: { ...head, options: { by: ['nothing'] } } }, 'PLAN_INVALID'],
      [{ head: { ...head, decode: { limits: { maxPageBytes: 1e300 } } } }, 'PLAN_INVALID'],
      [{ head: { ...head, decode: { columnRules: { dropColumns: deep(100_000) } } } }, 'PLAN_INVALID'],
      [{ table: 'other' }, 'PLAN_INVALID'],
    ];
    for (const [changes, code] of wrongs) {
      const [name] = Object.keys(changes);
      expect([name, await codeOf(trySealed(changes))]).toEqual([name, code]);
    }
  });

  it('is refused as text that is no line of JSON, however long or deep', async () => {
    const text = JSON.stringify(line);
    const texts = [
      '',
      'null',
      `\0${text}`,
      `\ufeff${text}`,
      text.slice(0, -1),
      `${text}${text}`,
      text.replace('{', '{"__proto__":{"x":1},'),
      '['.repeat(100_000) + ']'.repeat(100_000),
      text.replace('"number":1', `"number":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      text.replace('"number":1', `"number":"${'x'.repeat(10_000_000)}"`),
    ];
    for (const each of texts)
      expect([each.slice(0, 50), await codeOf(each)]).toEqual([each.slice(0, 50), 'PLAN_INVALID']);
    await expect(collect(mapPart(texts.at(-1) ?? ''))).rejects.toMatchObject({
      message: expect.stringMatching(/^.{1,400}$/s),
    });
  });
});

/** {@link sealed}, or without a digest where it is too deep for one. */
function trySealed(changes: object): PlanLine {
  try {
    return sealed(changes);
  } catch {
    return { ...line, ...changes };
  }
}
