/** What `brotli` (1.3) has below its front door, which declares no types. */
declare module 'brotli/dec/decode.js' {
  interface Input {
    /** Copies up to `count` bytes to `target`, from `at` on; returns how many. */
    read(target: Uint8Array, at: number, count: number): number;
  }
  interface Output {
    /** Only its length is looked at, and a longer one put in its place where it does not suffice. */
    buffer: { readonly length: number };
    write(bytes: Uint8Array, count: number): number;
  }
  export function BrotliDecompress(input: Input, output: Output): void;
}
