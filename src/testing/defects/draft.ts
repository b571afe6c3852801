import { BacktestExportError } from '../../errors.ts';
import { createFile } from '../../storage/create-file.ts';
import { joinPieces } from '../../storage/join-bytes.ts';
import type { OutputFolder, OutputFile } from '../byte-writer.ts';
import type { GeneratedFile } from '../options.ts';

/** The most bytes of an export with defects, which is held in memory. */
const largestDraft: number = 64 * 1024 * 1024;

/** An export in memory, to be edited before it is written. Files keep their order of creation. */
export class DraftExport {
  readonly files: Map<string, Uint8Array> = new Map();
  /** Parts that a defect has edited: a second edit would invalidate the reported place of the first. */
  readonly edited: Set<string> = new Set();
  private size = 0;

  /**
   * Creates a file, as a storage does.
   * @throws `OPTION_INVALID` if the draft exceeds 64 MB
   */
  async create(path: string): Promise<OutputFile> {
    const chunks: Uint8Array[] = [];
    const write = async (bytes: Uint8Array): Promise<void> => {
      this.size += bytes.length;
      if (this.size > largestDraft) {
        const problem = `option defects: the export is larger than ${largestDraft} bytes`;
        throw new BacktestExportError('OPTION_INVALID', problem);
      }
      chunks.push(bytes.slice());
    };
    const finish = async (): Promise<void> => {
      this.files.set(path, joinPieces(chunks));
    };
    return { path, write, finish, abort: async (): Promise<void> => {} };
  }

  /** Writes all files, `_CHECK` first and `_SUCCESS` last. */
  async writeTo(target: OutputFolder, overwrite: boolean): Promise<GeneratedFile[]> {
    const written: GeneratedFile[] = [];
    const paths = [...this.files.keys()].toSorted((a, b) => orderOf(a) - orderOf(b));
    for (const path of paths) {
      const bytes = this.files.get(path) ?? new Uint8Array();
      await createFile(target, path, overwrite, async (file) => {
        if (bytes.length > 0) await file.write(bytes);
      });
      written.push({ path, size: bytes.length });
    }
    return written;
  }
}

function orderOf(path: string): number {
  if (path.endsWith('_CHECK')) return 0;
  return path.endsWith('_SUCCESS') ? 2 : 1;
}
