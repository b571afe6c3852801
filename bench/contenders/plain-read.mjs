import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';

const ways = {
  file: async (path) => void (await readFile(path)),
  stream: async (path) => {
    for await (const chunk of createReadStream(path)) void chunk;
  },
  buffer: async (path) => {
    const buffer = new Uint8Array(512 * 1024);
    const file = await open(path);
    while ((await file.read(buffer, 0, buffer.length, null)).bytesRead > 0);
    await file.close();
  },
};

/** The floor: the same bytes and nothing done with them. `readFile`, a read stream, or one buffer used again and again. */
export async function run({ parts, variant }) {
  for (const path of parts) await ways[variant](path);
  return undefined;
}
