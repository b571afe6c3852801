/** Where a piece of zstd data begins and ends, and whether it unpacks to anything. */
export interface ZstdFrame {
  readonly start: number;
  readonly end: number;
  /** A skippable frame, which decompresses to nothing. */
  readonly skippable: boolean;
}

/**
 * The consecutive frames of zstd data, of which a page may have any number; undefined where the bytes are no whole
 * frames. Looks at headers only. Source: facebook/zstd, `zstd_compression_format.md`.
 */
export function findZstdFrames(bytes: Uint8Array): readonly ZstdFrame[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: ZstdFrame[] = [];
  for (let start = 0; start < bytes.length;) {
    if (start + 4 > bytes.length) return undefined;
    const magic = view.getUint32(start, true);
    const skippable = magic >>> 4 === skippableMagic;
    if (!skippable && magic !== frameMagic) return undefined;
    const end = skippable ? endOfSkippable(view, start) : endOfFrame(view, start);
    if (end === undefined || end > bytes.length) return undefined;
    frames.push({ start, end, skippable });
    start = end;
  }
  return frames;
}

const frameMagic = 0xfd2f_b528;
const skippableMagic = 0x184_d2a5;
const blockTypes = { raw: 0, repeated: 1, packed: 2 };

function endOfSkippable(view: DataView, start: number): number | undefined {
  return start + 8 > view.byteLength ? undefined : start + 8 + view.getUint32(start + 4, true);
}

function endOfFrame(view: DataView, start: number): number | undefined {
  if (start + 5 > view.byteLength) return undefined;
  const descriptor = view.getUint8(start + 4);
  const oneSegment = (descriptor & 32) !== 0;
  const sizeBytes = [oneSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  let at = start + 5 + (oneSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
  for (;;) {
    if (at + 3 > view.byteLength) return undefined;
    const head = view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_0000;
    const type = (head >> 1) & 3;
    if (type > blockTypes.packed) return undefined;
    at += 3 + (type === blockTypes.repeated ? 1 : head >> 3);
    if ((head & 1) === 1) return at + ((descriptor & 4) === 0 ? 0 : 4);
  }
}
