/**
 * Finishes many groups in one call: figures over all rows of a group, and the mean of its windows' figures. A group is a run
 * of records, as those of a window within it are.
 */
import { figuresBytes, roundedBytes, sumsBytes, writeFigures } from './figures';
import { COUNTS, LAST_OF_GROUP, LAST_OF_WINDOW, WIDE } from './map';
import { addToMean, beginExpansion, beginMean, countOf, expand, EXPANSION_BYTES, MEAN_BYTES, quickMean, roundExpansion } from './means';
import { mergeGroup, mergeWide, normalize } from './merge';
import { figures, leftOut, overflow, readPlan } from './plan';
import { size, sumsAt } from './settings';
import { refill, reserve, reserveEnd, reserveNeeded } from './sums';

const FLAGS: u32 = LAST_OF_WINDOW | LAST_OF_GROUP;

let groupRecord: u32 = 0; // the regions of the work space, in this order: records in which several are added up
let windowRecord: u32 = 0;
let sums: u32 = 0;
let windowFigures: u32 = 0;
let means: u32 = 0; // of each figure
let notes: u32 = 0; // by place, of the windows so far: u8 reason of the first window, then u8 first reason of any
let expansion: u32 = 0;
let groupNodes: u32 = 0; // wide nodes of the two records
let windowNodes: u32 = 0;

/** Bytes of work space that `finishGroups` needs. */
export function finishBytes(): u32 {
  return 2 * size + sumsBytes() + figuresBytes() + figures * MEAN_BYTES + ((2 * figures + 7) & ~7) + EXPANSION_BYTES + 2 * reserveNeeded();
}

/** Gives the work space, `finishBytes` long and 8-byte aligned. */
export function giveFinishWork(work: u32): void {
  groupRecord = work;
  windowRecord = groupRecord + size;
  sums = windowRecord + size;
  windowFigures = sums + sumsBytes();
  means = windowFigures + figuresBytes();
  notes = means + figures * MEAN_BYTES;
  expansion = notes + ((2 * figures + 7) & ~7);
  groupNodes = expansion + EXPANSION_BYTES;
  windowNodes = groupNodes + reserveNeeded();
}

/** Reads the plan of `count` figures, 8-byte aligned; returns the bytes of what is written for a group. */
export function configureFigures(plan: u32, count: u32): u32 {
  readPlan(plan, count);
  return finishedBytes();
}

@inline
function finishedBytes(): u32 {
  return 8 + 2 * figuresBytes() + sumsAt - COUNTS + roundedBytes();
}

/**
 * Finishes `count` groups, whose records stand one after another at `list`, each address with its flags. For each group `out`
 * gets u32 windows, u32 unused, the figures over all rows, the means of the windows' figures where there are several, the counts, and
 * the rounded sums over all rows.
 */
export function finishGroups(list: u32, count: u32, out: u32, numerator: bool): void {
  const kept = reserve;
  const keptEnd = reserveEnd;
  const bytes = finishedBytes();
  for (let group: u32 = 0; group < count; group++, out += bytes) list = finishOne(list, out, numerator);
  refill(kept, keptEnd);
}

/** Returns the place in the list behind the group. */
function finishOne(list: u32, out: u32, numerator: bool): u32 {
  const own = out + 8;
  const averaged = own + figuresBytes();
  const first = load<u32>(list);
  if (first & LAST_OF_GROUP) {
    const record = first & ~FLAGS;
    store<u32>(out, 1);
    writeAll(record, own, numerator);
    copyRecord(record, averaged + figuresBytes());
    return list + 4;
  }
  beginMeans();
  let windows: u32 = 0;
  let at = list;
  let end = false;
  while (!end) {
    at = measureWindow(at, numerator);
    addWindow(windows++ == 0);
    end = (load<u32>(at - 4) & LAST_OF_GROUP) != 0;
  }
  store<u32>(out, windows);
  addUp(groupRecord, groupNodes, list, at);
  writeAll(groupRecord, own, numerator);
  copyRecord(groupRecord, averaged + figuresBytes());
  writeMeans(averaged, windows, list, numerator);
  return at;
}

function writeAll(record: u32, at: u32, numerator: bool): void {
  writeFigures(record, sums, at, at + (figures << 3), numerator);
}

/** The counts of a record, and its sums, which were rounded last. */
function copyRecord(record: u32, to: u32): void {
  memory.copy(to, record + COUNTS, sumsAt - COUNTS);
  memory.copy(to + sumsAt - COUNTS, sums, roundedBytes());
}

/** The figures of the records of one window; returns the place in the list behind them. */
function measureWindow(list: u32, numerator: bool): u32 {
  let at = list;
  while ((load<u32>(at) & LAST_OF_WINDOW) == 0) at += 4;
  at += 4;
  let record = load<u32>(list) & ~FLAGS;
  if (at - list > 4) {
    addUp(windowRecord, windowNodes, list, at);
    record = windowRecord;
  }
  writeAll(record, windowFigures, numerator);
  return at;
}

/** Adds up the records from `list` to `end`, each of which is normalized, in a record with its own room for wide nodes. */
function addUp(total: u32, nodes: u32, list: u32, end: u32): void {
  refill(nodes, nodes + reserveNeeded());
  for (let at = list; at < end; at += 4) {
    const record = load<u32>(at) & ~FLAGS;
    normalize(record);
    if (at == list) {
      memory.copy(total, record, size);
      store<u32>(total, 0, WIDE);
    } else {
      mergeGroup(total, record);
    }
    for (let node = load<u32>(record, WIDE); node != 0; node = load<u32>(node)) mergeWide(total, node);
  }
}

function beginMeans(): void {
  for (let place: u32 = 0; place < figures; place++) beginMean(means + place * MEAN_BYTES);
}

function addWindow(isFirst: bool): void {
  const reasons = windowFigures + (figures << 3);
  if (isFirst) {
    memory.copy(notes, reasons, figures);
    memory.copy(notes + figures, reasons, figures);
  }
  let mean = means;
  for (let place: u32 = 0; place < figures; place++, mean += MEAN_BYTES) {
    const value = load<f64>(windowFigures + (place << 3));
    if (value == value) addToMean(mean, value);
    const noted = notes + figures + place;
    if (load<u8>(noted) == 0) store<u8>(noted, load<u8>(reasons + place));
  }
}

/**
 * Windows where a figure is null do not enter its mean (`leftOut`); where it is null in all, so is the mean, for the reason
 * of the first.
 */
function writeMeans(out: u32, windows: u32, list: u32, numerator: bool): void {
  const reasons = out + (figures << 3);
  for (let place: u32 = 0; place < figures; place++) {
    const mean = means + place * MEAN_BYTES;
    const known = countOf(mean);
    let value: f64 = NaN;
    let reason: u32 = load<u8>(notes + place);
    if (known > 0) {
      value = quickMean(mean);
      if (value != value) value = slowMean(place, known, list, numerator);
      if (value - value != 0) {
        value = NaN;
        reason = overflow;
      } else {
        reason = known < windows ? leftOut : load<u8>(notes + figures + place);
      }
    }
    store<f64>(out + (place << 3), value);
    store<u8>(reasons + place, reason);
  }
}

/** The mean of one figure, whose windows are measured once more. */
function slowMean(place: u32, known: u32, list: u32, numerator: bool): f64 {
  beginExpansion(expansion);
  let at = list;
  let end = false;
  while (!end) {
    at = measureWindow(at, numerator);
    const value = load<f64>(windowFigures + (place << 3));
    if (value == value) expand(expansion, value);
    end = (load<u32>(at - 4) & LAST_OF_GROUP) != 0;
  }
  return roundExpansion(expansion) / <f64>known;
}
