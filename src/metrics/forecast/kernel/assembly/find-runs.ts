/** Finds runs of rows with equal keys: as rows are sorted by item, then time, eight rows are as a rule in one. */
import { RUN_BYTES } from './map';
import { runsAt, stagedStride } from './settings';

/**
 * Writes the runs of staged rows, one after another, whose key columns have the same bits, without their groups (0); returns
 * how many runs. Columns lie side by side: `times` of 8 bytes a row, then `codes` of 4.
 */
export function findRuns(keys: u32, times: u32, codes: u32, rows: u32): u32 {
  const firstCodes = keys + times * stagedStride;
  let run = runsAt;
  let first: u32 = 0;
  let row: u32 = 1;
  for (; row + 8 <= rows; row += 8) {
    for (let borders = bordersAt(keys + (row << 3), times, firstCodes + (row << 2), codes); borders; borders &= borders - 1) {
      const next = row + ctz(borders);
      writeRun(run, next - first);
      run += RUN_BYTES;
      first = next;
    }
  }
  for (; row < rows; row++) {
    if (!differs(keys + (row << 3), times, firstCodes + (row << 2), codes)) continue;
    writeRun(run, row - first);
    run += RUN_BYTES;
    first = row;
  }
  writeRun(run, rows - first);
  return (run + RUN_BYTES - runsAt) / RUN_BYTES;
}

/** A bit for each of eight rows that differs from the one before. */
@inline
function bordersAt(time: u32, times: u32, code: u32, codes: u32): u32 {
  const zero = i64x2.splat(0);
  let time1 = zero;
  let time2 = zero;
  let time3 = zero;
  let time4 = zero;
  for (; times > 0; times--) {
    time1 = v128.or(time1, v128.xor(v128.load(time), v128.load(time - 8)));
    time2 = v128.or(time2, v128.xor(v128.load(time, 16), v128.load(time - 8, 16)));
    time3 = v128.or(time3, v128.xor(v128.load(time, 32), v128.load(time - 8, 32)));
    time4 = v128.or(time4, v128.xor(v128.load(time, 48), v128.load(time - 8, 48)));
    time += stagedStride;
  }
  let code1 = zero;
  let code2 = zero;
  for (; codes > 0; codes--) {
    code1 = v128.or(code1, v128.xor(v128.load(code), v128.load(code - 4)));
    code2 = v128.or(code2, v128.xor(v128.load(code, 16), v128.load(code - 4, 16)));
    code += stagedStride >> 1;
  }
  const anyTime = v128.or(v128.or(time1, time2), v128.or(time3, time4));
  if (!v128.any_true(v128.or(anyTime, v128.or(code1, code2)))) return 0;
  const sameTimes =
    i64x2.bitmask(i64x2.eq(time1, zero)) | (i64x2.bitmask(i64x2.eq(time2, zero)) << 2) |
    (i64x2.bitmask(i64x2.eq(time3, zero)) << 4) | (i64x2.bitmask(i64x2.eq(time4, zero)) << 6);
  const sameCodes = i32x4.bitmask(i32x4.eq(code1, zero)) | (i32x4.bitmask(i32x4.eq(code2, zero)) << 4);
  return ~(sameTimes & sameCodes) & 0xff;
}

function differs(time: u32, times: u32, code: u32, codes: u32): bool {
  let bits: u64 = 0;
  for (; times > 0; times--, time += stagedStride) bits |= load<u64>(time) ^ load<u64>(time - 8);
  for (; codes > 0; codes--, code += stagedStride >> 1) bits |= load<u32>(code) ^ load<u32>(code - 4);
  return bits != 0;
}

@inline
function writeRun(run: u32, rows: u32): void {
  store<u32>(run, 0);
  store<u32>(run, rows, 4);
}
