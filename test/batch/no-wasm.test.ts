import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { compileWasm } from '#src/batch/kernel-errors.js';
import { failure } from '../support/failure.js';

const root = join(import.meta.dirname, '../..');

function withWasm<Result>(given: unknown, run: () => Result): Result {
  const own = globalThis.WebAssembly;
  Object.assign(globalThis, { WebAssembly: given });
  try {
    return run();
  } finally {
    Object.assign(globalThis, { WebAssembly: own });
  }
}

describe('without WebAssembly', () => {
  it('the command says so in one sentence', () => {
    const command = ['--jitless', join(root, 'dist/cli/main.js'), 'summarize', join(root, 'fixtures/retail/export')];
    const { status, stderr, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    expect(stdout.replace(/^Warning: disabling flag.*\n/gm, '')).toBe('');
    expect(stderr.replace(/^Warning: disabling flag.*\n/gm, '')).toBe(
      'error WEBASSEMBLY_MISSING: the CSV kernel needs WebAssembly: there is none here; start Node without --jitless\n',
    );
    expect(status).toBe(2);
  });

  it('says what forbids it', () => {
    const context = createContext({}, { codeGeneration: { strings: true, wasm: false } });
    const forbidden: unknown = runInContext('WebAssembly', context);
    const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const [code, message] = failure(() => withWasm(forbidden, () => compileWasm('the CSV kernel', () => bytes)));
    expect(code).toBe('WEBASSEMBLY_MISSING');
    expect(message).toMatch(
      /^the CSV kernel needs WebAssembly: it is not allowed here; in a page, add 'wasm-unsafe-eval' to the Content Security Policy \(.*disallowed/,
    );
  });

  it('says that the engine lacks instructions', () => {
    // an instruction that no engine has
    const unknown = Buffer.from('0061736d01000000010401600000030201000a05010300ff0b', 'hex');
    expect(failure(() => compileWasm('the Parquet kernel', () => unknown))).toEqual([
      'WEBASSEMBLY_MISSING',
      expect.stringMatching(
        /^the Parquet kernel needs WebAssembly: this engine or processor lacks the SIMD instructions it needs \(.*opcode/,
      ),
    ]);
  });
});
