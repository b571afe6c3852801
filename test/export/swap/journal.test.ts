import { describe, expect, it } from 'vitest';
import { createMemoryStorage, listExports, openExport } from '#src/index.js';
import { formatJournal, parseJournal, type Journal } from '#src/export/swap/journal.js';
import { readJournal, writeJournal } from '#src/export/swap/journal-file.js';
import { settleFolder } from '#src/export/swap/settle-folder.js';
import { failureOf } from '../../support/failure.ts';
import { storageFiles } from '../../support/folder-files.ts';
import { deadOwner, journalOf } from '../../support/journal.ts';

const part = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part0.csv';
const temporary = 'forecasted-values/.backtest-export-p01234567-12-345-0f0f0f0f-0000-4000-8000-000000000000.tmp';
const journal: Journal = journalOf({
  added: [{ path: part, temporary, size: 3 }],
  replaced: [
    { path: '_SUCCESS', size: 0, kept: true },
    { path: part, size: 4, kept: false },
  ],
});
const lines = [...formatJournal(journal)].map((line) => line.trimEnd());
const name = '.backtest-export-swap.jsonl';

/** The journal's text with one line replaced. */
function withLine(index: number, line: string): string {
  return `${lines.with(index, line).join('\n')}\n`;
}

/** The header with other members. */
function withHeader(members: object): string {
  return withLine(0, JSON.stringify({ ...(JSON.parse(lines[0] ?? '') as object), ...members }));
}

describe('the journal of a swap', () => {
  it('is read back as written, in memory and in a file', async () => {
    expect(parseJournal(lines)).toEqual(journal);
    const storage = createMemoryStorage();
    expect(await readJournal(storage)).toBeUndefined();
    await writeJournal(storage, journal, false);
    expect((await readJournal(storage))?.journal).toEqual(journal);
    expect((await failureOf(() => writeJournal(storage, journal, false)))[0]).toBe('FILE_EXISTS');
    await writeJournal(storage, { ...journal, state: 'committed' }, true);
    expect((await readJournal(storage))?.journal.state).toBe('committed');
  });

  const outside = ['../x.csv', '/etc/x.csv', 'a/b/c.csv', 'other/x.csv', 'forecasted-values/../x.csv', 'notes.txt', ''];
  const hidden = ['.x.csv', 'forecasted-values/.x.csv', 'forecasted-values', 'x\n.csv', 'x\u0000.csv', 'x.csv/'];
  const wrong: [string, string][] = [
    ['nothing', ''],
    ['no text', '\u0000\u0001'],
    ['no line end', lines.join('\n')],
    ['no JSON', withLine(0, '{"journal":')],
    ['another thing', withLine(0, '[]')],
    ['another version', withHeader({ version: 2 })],
    ['a wrong id', withHeader({ id: '../../x' })],
    ['a wrong state', withHeader({ state: 'ended' })],
    ['a wrong time', withHeader({ at: -1 })],
    ['a wrong owner', withHeader({ owner: { host: 'x', pid: 'x' } })],
    ['owner of a group', withHeader({ owner: { ...journal.owner, pid: -1 } })],
    ['a wrong count', withHeader({ added: 2 })],
    ['a line less', `${lines.slice(0, -1).join('\n')}\n`],
    ['a file twice', `${[...lines, lines.at(-1)].join('\n')}\n`],
    ['another kind', withLine(2, JSON.stringify(['moved', part, 3]))],
    ['no size', withLine(2, JSON.stringify(['replaced', part]))],
    ['a long line', withLine(2, JSON.stringify(['replaced', `${'x'.repeat(5000)}.csv`, 3]))],
    ['a temporary name that is none', withLine(1, JSON.stringify(['added', part, part, 3]))],
    [
      'a temporary name elsewhere',
      withLine(1, JSON.stringify(['added', part, `accuracy-metrics-values/${temporary}`, 3])),
    ],
    ...[...outside, ...hidden].map((path): [string, string] => [
      `the path ${JSON.stringify(path)}`,
      withLine(3, JSON.stringify(['replaced', path, 3])),
    ]),
  ];

  it.each(wrong)('with %s is refused by readers and writers, which change nothing', async (_, text) => {
    const storage = createMemoryStorage([
      [name, text],
      [part, 'item_id'],
      [temporary, 'abc'],
    ]);
    const before = await storageFiles(storage);
    for (const action of [() => listExports(storage), () => openExport(storage), () => settleFolder(storage)]) {
      const [code, message] = await failureOf(action);
      expect(code).toBe('JOURNAL_INVALID');
      expect(message).toMatch(/^\.backtest-export-swap\.jsonl/);
    }
    expect(await storageFiles(storage)).toEqual(before);
  });

  it('of an impossible size is refused before it is read', async () => {
    const storage = createMemoryStorage([[name, new Uint8Array(64 * 1024 * 1024 + 1)]]);
    const [code, message] = await failureOf(() => listExports(storage));
    expect(code).toBe('JOURNAL_INVALID');
    expect(message).toContain('expected at most 67108864 bytes, found 67108865');
  });

  it('removes and renames only the files that it names and describes', async () => {
    const owner = deadOwner();
    const other = 'forecasted-values/Forecasts_bike_2021-12-14T13-20-10Z_part1.csv';
    const added = [
      { path: part, temporary, size: 3 },
      { path: other, temporary: temporary.replace('0f0f', '1f1f'), size: 9 },
    ];
    const storage = createMemoryStorage([
      [part, 'new'],
      [other, 'of another program'],
      ['forecasted-values/notes.txt', 'kept'],
    ]);
    await writeJournal(storage, { ...journal, owner, added, replaced: [] }, false);
    await settleFolder(storage);
    expect([...(await storageFiles(storage)).keys()]).toEqual([other, 'forecasted-values/notes.txt']);
  });
});
