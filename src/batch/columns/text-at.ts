import type { TextDictionary } from './column-batch.ts';

/** The text of a code of a dictionary. */
export function textAt({ offsets, bytes }: TextDictionary, code: number): string {
  return decoder.decode(bytes.subarray(offsets[code], offsets[code + 1]));
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
