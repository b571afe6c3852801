import { afterEach, describe, expect, it, vi } from 'vitest';
import { convertExport, createMemoryStorage, openExport, summarize } from '#src/index.js';
import { longestAnswer, longestChange } from '#src/storage/guard/ask.js';
import { guardStorage } from '#src/storage/guard/guard-storage.js';
import type { MemoryStorage, Storage, StorageEntry, StorageFile, StorageWriter } from '#src/index.js';
import { generateExport } from '#src/testing/index.js';
import { collect } from '../support/collect.js';
import { failureOf } from '../support/failure.js';

const folder = 'forecasted-values';
const part = `${folder}/Forecasts_synthetic_2024-01-01T00-00-00Z_part0.csv`;

async function exportIn(format: 'CSV' | 'PARQUET'): Promise<MemoryStorage> {
  const storage = createMemoryStorage([], 'memory:/export');
  const shape = { items: 40, windows: 2, horizon: 5, parts: 1, format };
  await generateExport(storage, { ...shape, exportedAt: '2024-01-01T00-00-00Z', jobName: 'synthetic' });
  return storage;
}

type Wrong = Partial<Record<keyof StorageFile, unknown>>;

/** A storage of somebody else: it knows only what the interface has, and its files are as `spoil` makes them. */
async function foreign(spoil: (file: StorageFile) => Wrong, format: 'CSV' | 'PARQUET' = 'CSV'): Promise<Storage> {
  const storage = await exportIn(format);
  return withMethods(storage, {
    open: async (path: string) => {
      const file = await storage.open(path);
      return { ...bound(file), ...spoil(file) };
    },
  });
}

/** The methods of a file, apart from it. */
function bound(file: StorageFile): StorageFile {
  const { path, size, version } = file;
  return {
    path,
    size,
    version,
    read: (target, position) => file.read(target, position),
    assertUnchanged: () => file.assertUnchanged(),
    close: () => file.close(),
  };
}

function withMethods(storage: Storage, methods: Partial<Record<keyof Storage, unknown>>): Storage {
  const { location, folderName, transfer } = storage;
  const own = { location, folderName, transfer };
  const names = ['list', 'open', 'create', 'publish', 'discard', 'remove', 'move', 'sync'] as const;
  const bound = names.map((name) => [name, storage[name].bind(storage)] as const);
  return { ...own, ...Object.fromEntries(bound), ...methods } as Storage;
}

async function listing(change: (entry: StorageEntry) => object): Promise<Storage> {
  const storage = await exportIn('CSV');
  return withMethods(storage, {
    list: async (path: string) =>
      (await storage.list(path)).map((entry) => (entry.path.includes('Forecasts_') ? change(entry) : entry)),
  });
}

const readAll = async (storage: Storage): Promise<number> =>
  (await collect((await openExport(storage)).forecastedValues.rows())).length;

describe('a storage of somebody else', () => {
  it.each(['CSV', 'PARQUET'] as const)('is read like one of this library (%s)', async (format) => {
    const expected = await summarize(await exportIn(format));
    const storage = await foreign(() => ({}), format);
    expect({ ...(await summarize(storage)), location: '' }).toEqual({ ...expected, location: '' });
  });

  const sizes = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, '12', null, 10n];
  it.each(sizes.map((size) => [size]))('must not list the size %s', async (size) => {
    const [code, message] = await failureOf(async () => readAll(await listing((entry) => ({ ...entry, size }))));
    expect(code).toBe('STORAGE_INVALID');
    expect(message).toMatch(
      /^forecasted-values\/Forecasts_synthetic_.*_part0\.csv: the storage's list: expected the size in bytes, .* found /,
    );
    expect(await failureOf(async () => readAll(await foreign(() => ({ size }))))).toEqual([
      'STORAGE_INVALID',
      expect.stringMatching(/part0\.csv: the storage's open: expected the size in bytes/),
    ]);
  });

  const entries: [string, object, string][] = [
    ['path', { path: '../secret.csv' }, `expected a path directly in 'forecasted-values', found '../secret.csv'`],
    [
      'path',
      { path: `${folder}/a/b.csv` },
      `expected a path directly in 'forecasted-values', found 'forecasted-values/a/b.csv'`,
    ],
    ['path', { path: 5 }, `expected a path directly in 'forecasted-values', found 5`],
    ['kind', { kind: 'directory' }, `expected the kind file, folder, link or other, found 'directory'`],
    ['version', { version: 7 }, 'expected the version as text, found 7'],
    ['identity', { identity: 7 }, 'expected identity as text, found 7'],
    ['modified', { modified: Number.NaN }, 'expected modified as a time in milliseconds since 1970, found NaN'],
  ];
  it.each(entries)('must not list another %s: %o', async (_, change, problem) => {
    const [code, message] = await failureOf(async () => readAll(await listing((entry) => ({ ...entry, ...change }))));
    expect(code).toBe('STORAGE_INVALID');
    expect(message).toContain(`the storage's list: ${problem}`);
  });

  it('must not list a path twice', async () => {
    const storage = await exportIn('CSV');
    const list = async (path: string): Promise<StorageEntry[]> => [
      ...(await storage.list(path)),
      ...(await storage.list(path)),
    ];
    expect(await failureOf(() => readAll(withMethods(storage, { list })))).toEqual([
      'STORAGE_INVALID',
      expect.stringMatching(/: the storage's list: expected each path once, found it twice$/),
    ]);
  });

  it('may list entries in any order', async () => {
    const storage = await exportIn('CSV');
    await generateExport(storage, { items: 8, parts: 4, jobName: 'many', overwrite: true });
    const list = async (path: string): Promise<StorageEntry[]> => (await storage.list(path)).toReversed();
    expect(await guardStorage(withMethods(storage, { list })).list(folder)).toEqual(await storage.list(folder));
  });

  const reads: [string, unknown][] = [
    ['0 bytes before the end', 0],
    ['too many bytes', 1e9],
    ['a negative number', -1],
    ['a fraction', 0.5],
    ['NaN', Number.NaN],
    ['the bytes', new Uint8Array(8)],
    ['a buffer', new ArrayBuffer(8)],
    ['nothing', undefined],
    ['a BigInt', 8n],
  ];
  it.each(reads)('must not answer a read with %s', async (_, answer) => {
    for (const format of ['CSV', 'PARQUET'] as const) {
      const storage = await foreign(() => ({ read: async () => answer }), format);
      const [code, message] = await failureOf(() => readAll(storage));
      expect(code).toBe('STORAGE_INVALID');
      expect(message).toMatch(
        /_part0\.(csv|parquet): the storage's read: expected the number of bytes read, 1 to \d+, found .* \(asked for \d+ bytes at byte \d+ of \d+\)/,
      );
    }
  });

  it('may read fewer bytes than were asked for', async () => {
    for (const format of ['CSV', 'PARQUET'] as const) {
      const storage = await foreign(
        (file) => ({ read: (target: Uint8Array, position: number) => file.read(target.subarray(0, 100), position) }),
        format,
      );
      expect(await readAll(storage)).toBe(40 * 2 * 5);
    }
  });

  it('gets memory of its own, so that it cannot write to that of the reader', async () => {
    const buffers = new Set<ArrayBufferLike>();
    const storage = await foreign((file) => ({
      read: (target: Uint8Array, position: number) => {
        buffers.add(target.buffer);
        return file.read(target, position);
      },
    }));
    expect(await readAll(storage)).toBe(400);
    expect(buffers.size).toBeGreaterThan(0);
    for (const buffer of buffers) expect(buffer.byteLength).toBeLessThan(1024 * 1024);
    const detaching = await foreign(() => ({
      read: async (target: Uint8Array<ArrayBuffer>) => {
        const { length } = target;
        structuredClone(target.buffer, { transfer: [target.buffer] });
        return length;
      },
    }));
    expect(await failureOf(() => readAll(detaching))).toEqual([
      'STORAGE_INVALID',
      expect.stringContaining('expected the target to keep its memory, found it detached'),
    ]);
  });

  it('does not show earlier bytes where it fills less than it says', async () => {
    const storage = createMemoryStorage([['a.csv', 'abcdef']]);
    let reads = 0;
    const open = async (path: string): Promise<StorageFile> =>
      Object.assign(Object.create(await storage.open(path)) as StorageFile, {
        size: 6,
        version: '1',
        read: async (target: Uint8Array) => {
          if (reads++ === 0) target.fill(0x78);
          return target.length;
        },
      });
    const file = await guardStorage(withMethods(storage, { open })).open('a.csv');
    const target = new Uint8Array(3);
    await file.read(target, 0);
    expect([...target]).toEqual([0x78, 0x78, 0x78]);
    await file.read(target, 3);
    expect([...target]).toEqual([0, 0, 0]);
  });

  it('is one of this library, too, whose method was replaced', async () => {
    const storage = await exportIn('CSV');
    expect(guardStorage(storage)).toBe(storage);
    storage.list = async () => [{ path: 'a.csv', kind: 'file', size: -1, version: '' }];
    expect((await failureOf(() => readAll(storage)))[0]).toBe('STORAGE_INVALID');
  });

  it('may throw what it likes', async () => {
    const cases: [unknown, string, string][] = [
      [new RangeError('Invalid array length'), 'READ_FAILED', `the storage's read failed: Invalid array length`],
      [Object.assign(new Error('gone'), { code: 'ENOENT' }), 'FILE_NOT_FOUND', 'there is no such file'],
      ['text', 'READ_FAILED', `the storage's read failed: text`],
      [Symbol('s'), 'READ_FAILED', `the storage's read failed: Symbol(s)`],
      [Object.create(null), 'READ_FAILED', `the storage's read failed: an object`],
      [undefined, 'READ_FAILED', `the storage's read failed: undefined`],
    ];
    for (const [thrown, code, problem] of cases) {
      const read = (): never => {
        throw thrown;
      };
      const storage = await foreign(() => ({ read }));
      expect(await failureOf(() => readAll(storage))).toEqual([code, `${part}: ${problem}`]);
    }
  });

  it('needs the methods of the interface, a place and a name', async () => {
    const storage = await exportIn('CSV');
    const missing: [object, string][] = [
      [{ location: 5 }, `the storage's location: expected text, found 5`],
      [{ folderName: undefined }, `the storage's folderName: expected text, found undefined`],
      [
        { transfer: 'local' },
        `the storage's transfer: expected undefined, or that of a storage of this library, found 'local'`,
      ],
      [{ list: async () => 'a.csv' }, `the storage's list: expected a list of entries, found 'a.csv'`],
      [{ list: async () => [5] }, `the storage's list: expected an entry, found 5`],
      [
        { open: async () => undefined },
        `.backtest-export-swap.jsonl: the storage's open: expected an open file, found undefined`,
      ],
    ];
    for (const [methods, message] of missing) {
      expect(await failureOf(() => readAll(withMethods(storage, methods)))).toEqual(['STORAGE_INVALID', message]);
    }
    const half = await foreign(() => ({ assertUnchanged: undefined }));
    expect(await failureOf(() => readAll(half))).toEqual([
      'STORAGE_INVALID',
      `${part}: the storage's assertUnchanged: expected a function, found undefined`,
    ]);
    const readOnly = withMethods(createMemoryStorage(), { move: undefined });
    expect(await failureOf(() => convertExport(storage, readOnly, { format: 'PARQUET' }))).toEqual([
      'STORAGE_INVALID',
      expect.stringMatching(/: the storage's move: expected a function, found undefined$/),
    ]);
  });

  const prepared: [string, unknown, RegExp][] = [
    ['nothing', undefined, /expected a prepared file, found undefined$/],
    ['another path', { path: 'b' }, /expected this path, found 'b'$/],
    [
      'a file elsewhere',
      { temporary: '../x.tmp' },
      /expected the path of a temporary file beside it, found '\.\.\/x\.tmp'$/,
    ],
    ['another size', { size: 3 }, /expected the \d+ bytes that were written, found 3$/],
  ];
  it.each(prepared)('must not prepare %s', async (_, change, problem) => {
    const target = createMemoryStorage();
    const create = async (path: string): Promise<StorageWriter> => {
      const writer = await target.create(path);
      const prepare = async (): Promise<unknown> =>
        change === undefined ? change : { ...(await writer.prepare()), ...(change as object) };
      return {
        path,
        write: (bytes: Uint8Array) => writer.write(bytes),
        finish: () => writer.finish(),
        abort: () => writer.abort(),
        prepare: prepare as StorageWriter['prepare'],
      };
    };
    const [code, message] = await failureOf(async () =>
      convertExport(await exportIn('CSV'), withMethods(target, { create }), { format: 'PARQUET' }),
    );
    expect(code).toBe('STORAGE_INVALID');
    expect(message).toMatch(problem);
  });

  it.each([
    ['nothing', undefined, /^a.csv: the storage's prepareEarly: expected synced as a promise, found undefined$/],
    ['no promise', { synced: true }, /expected synced as a promise, found true$/],
    ['no file', { synced: Promise.resolve() }, /expected a prepared file, found undefined$/],
  ])('must not prepare %s early', async (_, answer, problem) => {
    const create = async (path: string): Promise<StorageWriter> =>
      Object.assign(await createMemoryStorage().create(path), { prepareEarly: async () => answer as never });
    const writer = await guardStorage(withMethods(createMemoryStorage(), { create })).create('a.csv');
    const [code, message] = await failureOf(async () => writer.prepareEarly?.());
    expect(code).toBe('STORAGE_INVALID');
    expect(message).toMatch(problem);
  });

  describe('whose getters throw', () => {
    const failing = <Value extends object>(value: Value, name: string): Value =>
      Object.defineProperty(value, name, {
        get: () => {
          throw new RangeError('no such field');
        },
      });

    it.each(['location', 'folderName', 'transfer', 'movesByCopy', 'base', 'watchFolders', 'withSignal'])(
      'is refused by name: %s of the storage',
      async (name) => {
        const storage = failing(withMethods(await exportIn('CSV'), {}), name);
        const { signal } = new AbortController();
        const failure = ['READ_FAILED', `the storage's ${name} failed: no such field`];
        expect(await failureOf(() => summarize(storage, { signal }))).toEqual(failure);
      },
    );

    it.each([
      ['size', 'open'],
      ['version', 'open'],
      ['readAhead', 'open'],
      ['read', 'read'],
      ['assertUnchanged', 'assertUnchanged'],
      ['close', 'close'],
    ])('is refused by name: %s of a file', async (name, method) => {
      const storage = await exportIn('CSV');
      const open = async (path: string): Promise<object> => failing({ ...bound(await storage.open(path)) }, name);
      const guarded = guardStorage(withMethods(storage, { open }));
      const used = async (): Promise<void> => {
        const file = await guarded.open(part);
        await file.read(new Uint8Array(10), 0);
        await file.assertUnchanged();
        await file.close();
      };
      const failure = ['READ_FAILED', `${part}: the storage's ${method} failed: no such field`];
      expect(await failureOf(used)).toEqual(failure);
    });

    it('is refused by name: an entry, a writer, what a writer prepares', async () => {
      const broken = withMethods(createMemoryStorage(), { list: async () => [failing({}, 'path')] });
      const [code, message] = await failureOf(() => guardStorage(broken).list('a'));
      expect([code, message]).toEqual(['READ_FAILED', `a: the storage's list failed: no such field`]);
      const writers: [object, string][] = [
        [failing({}, 'prepareEarly'), 'create'],
        [{ prepareEarly: async () => failing({}, 'synced') }, 'prepareEarly'],
        [{ prepareEarly: async () => ({ synced: failing({}, 'then') }) }, 'prepareEarly'],
        [{ prepare: async () => failing({}, 'size'), prepareEarly: undefined }, 'prepare'],
      ];
      for (const [own, method] of writers) {
        const create = async (): Promise<object> => own;
        const prepared = async (): Promise<unknown> => {
          const writer = await guardStorage(withMethods(createMemoryStorage(), { create })).create('a.csv');
          return writer.prepareEarly === undefined ? writer.prepare() : writer.prepareEarly();
        };
        expect(await failureOf(prepared)).toEqual([
          'WRITE_FAILED',
          `a.csv: the storage's ${method} failed: no such field`,
        ]);
      }
    });
  });

  it('may fail when it is told something, which changes nothing and ends no process', async () => {
    const lost: unknown[] = [];
    const note = (reason: unknown): void => void lost.push(reason);
    process.on('unhandledRejection', note);
    const failures = [
      (): never => {
        throw new Error('no');
      },
      (): Promise<never> => Promise.reject(new Error('no')),
    ];
    for (const told of failures) {
      const storage = guardStorage(await foreign(() => ({ readAhead: told, cancel: told })));
      expect(await readAll(storage)).toBe(400);
      const file = await storage.open(part);
      file.cancel?.();
      expect(await failureOf(() => file.read(new Uint8Array(10), 0))).toEqual([
        'READ_FAILED',
        `${part}: reading was cancelled`,
      ]);
      await file.close();
    }
    const synced = Promise.reject(new Error('no'));
    const create = async (): Promise<object> => ({ prepareEarly: async () => ({ synced }) });
    const writer = await guardStorage(withMethods(createMemoryStorage(), { create })).create('a.csv');
    expect((await failureOf(async () => writer.prepareEarly?.()))[0]).toBe('STORAGE_INVALID');
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', note);
    expect(lost).toEqual([]);
  });

  describe('that gives no answer', () => {
    afterEach(() => {
      vi.useRealTimers();
    });
    const never = (): Promise<never> => new Promise(() => undefined);

    it('is given up after five minutes, an hour for a change', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const storage = await exportIn('CSV');
      const cases: [() => Promise<unknown>, number, string][] = [
        [
          () => readAll(withMethods(storage, { list: never })),
          longestAnswer,
          `the storage's list has given no answer within 300 s`,
        ],
        [
          async () => readAll(await foreign(() => ({ read: never, close: never }))),
          longestAnswer,
          `${part}: the storage's read has given no answer within 300 s`,
        ],
        [
          () => guardStorage(withMethods(storage, { remove: never })).remove('a.csv'),
          longestChange,
          `a.csv: the storage's remove has given no answer within 3600 s`,
        ],
      ];
      for (const [work, limit, message] of cases) {
        const failed = failureOf(work);
        while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        await vi.advanceTimersByTimeAsync(limit);
        expect(await failed).toEqual(['TIMED_OUT', message]);
      }
    });

    it('has a file closed that it opens when nobody waits for it any more', async () => {
      let answer: (file: unknown) => void = () => undefined;
      const open = (): Promise<unknown> => new Promise((resolve) => (answer = resolve));
      const controller = new AbortController();
      const guard = guardStorage(withMethods(createMemoryStorage(), { open }));
      const opening = guard.withSignal?.(controller.signal).open('a.csv');
      const reason = new Error('enough');
      controller.abort(reason);
      await expect(opening).rejects.toBe(reason);
      const close = vi.fn<() => Promise<void>>();
      answer({ close });
      await vi.waitFor(() => expect(close).toHaveBeenCalledOnce());
    });

    it('ends with the signal', async () => {
      const reason = new Error('enough');
      const controller = new AbortController();
      const read = (): Promise<never> => {
        controller.abort(reason);
        return never();
      };
      let isOpen = false;
      const opened = await openExport(await foreign((file) => (isOpen ? { read } : { read: file.read.bind(file) })));
      isOpen = true;
      await expect(collect(opened.forecastedValues.rows({ signal: controller.signal }))).rejects.toBe(reason);
      const list = withMethods(await exportIn('CSV'), { list: never });
      await expect(openExport(list, { signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
    });
  });
});
