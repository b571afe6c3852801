import { describe, expect, it } from 'vitest';
import { BacktestExportError, convertExport, createMemoryStorage, type Storage, type SyncingFile } from '#src/index.js';
import { failureOf } from '../support/failure.ts';
import { storageFiles } from '../support/folder-files.ts';
import { forecastHeader, forecastRow, onePart } from './one-part.ts';

/** A storage whose files are being synced until `sync` of their temporary path says otherwise. */
class SlowSync {
  readonly memory = createMemoryStorage();
  /** Temporary files that were opened, and those whose sync has ended. */
  readonly events: string[] = [];
  readonly storage: Storage;
  readonly #opened = new Map<string, () => void>();

  constructor(sync: (opened: Promise<void>) => Promise<void>) {
    const { memory } = this;
    this.storage = Object.assign(Object.create(memory) as Storage, {
      list: memory.list.bind(memory),
      publish: memory.publish.bind(memory),
      discard: memory.discard.bind(memory),
      remove: memory.remove.bind(memory),
      move: memory.move.bind(memory),
      sync: memory.sync.bind(memory),
      location: memory.location,
      folderName: memory.folderName,
      transfer: undefined,
      open: (path: string) => {
        if (isTemporaryPart(path)) this.events.push(`open ${kindOf(path)}`);
        this.#opened.get(path)?.();
        return memory.open(path);
      },
      create: async (path: string, options?: { readonly overwrite?: boolean }) => {
        const writer = await memory.create(path, options);
        if (!path.endsWith('.csv') && !path.endsWith('.parquet')) return writer;
        const prepareEarly = async (): Promise<SyncingFile> => {
          const file = await writer.prepare();
          const opened = new Promise<void>((resolve) => this.#opened.set(file.temporary, resolve));
          const ended = (): unknown => this.events.push(`synced ${kindOf(path)}`);
          return { file, synced: sync(opened).finally(ended) };
        };
        return Object.assign(writer, { prepareEarly });
      },
    });
  }
}

function isTemporaryPart(path: string): boolean {
  return path.includes('-values/.');
}

function kindOf(path: string): string {
  return path.startsWith('forecasted') ? 'forecasts' : 'accuracy';
}

const source = (): Storage => onePart(forecastHeader + forecastRow);
const failed = new BacktestExportError('WRITE_FAILED', 'the disk is full');

describe('files that are still being synced', () => {
  it('are proven meanwhile, and published afterwards', async () => {
    // a sync that ends only after the file was opened would never end if the proof waited for it
    const slow = new SlowSync((opened) => opened);
    await convertExport(source(), slow.storage, { format: 'PARQUET' });
    expect(slow.events).toEqual(['open accuracy', 'synced accuracy', 'open forecasts', 'synced forecasts']);
    const paths = [...(await storageFiles(slow.memory)).keys()];
    expect(paths.filter((path) => path.endsWith('.parquet'))).toHaveLength(2);
  });

  it('leave nothing if they cannot be synced, which is what the error says', async () => {
    const slow = new SlowSync(async (opened) => {
      await opened;
      throw failed;
    });
    expect(await failureOf(() => convertExport(source(), slow.storage, { format: 'PARQUET' }))).toEqual([
      'WRITE_FAILED',
      'the disk is full',
    ]);
    expect(await storageFiles(slow.memory)).toEqual(new Map());
  });

  it('are waited for before they are discarded because they are not proven', async () => {
    const slow = new SlowSync(async (opened) => {
      await opened;
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    const discard = slow.storage.discard.bind(slow.storage);
    const open = slow.storage.open.bind(slow.storage);
    slow.storage.open = async (path) => {
      const file = await open(path);
      return isTemporaryPart(path) ? Object.assign(file, { read: () => Promise.reject(failed) }) : file;
    };
    slow.storage.discard = (file) => {
      slow.events.push('discard');
      return discard(file);
    };
    const refusal = await failureOf(() => convertExport(source(), slow.storage, { format: 'CSV' }));
    expect(refusal[0]).toBe('CONVERSION_UNPROVEN');
    expect(slow.events).toEqual(['open accuracy', 'synced accuracy', 'discard']);
    expect(await storageFiles(slow.memory)).toEqual(new Map());
  });
});
