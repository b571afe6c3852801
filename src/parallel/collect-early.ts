import { MessageChannel } from 'node:worker_threads';

/**
 * Makes the engine collect large buffers that nobody holds any more, soon and beside other work. By itself it does so when
 * new ones appear; where these wait on a `Shelf`, it would see them last, and a program that reads one table after
 * another would need the memory of two. An array that nobody touches, so that it costs no memory, is enough for it to
 * start. Does nothing where there are no such buffers; with a small heap, costs a few milliseconds of other threads.
 */
export function collectEarly(): void {
  if (process.memoryUsage().arrayBuffers < fewBytes) return;
  const { port1, port2 } = new MessageChannel();
  try {
    const seen = new ArrayBuffer(alarmingBytes);
    port1.postMessage(seen, [seen]); // given away at once, so that it is not counted any longer
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // so much memory cannot even be reserved
  }
  port1.close();
  port2.close(); // else the array stays until this end is collected
}

/** Buffers of which it is not worth it. */
const fewBytes = 64 * 1024 * 1024;
/** More than the 64 MiB of new buffers that V8 takes as a reason. */
const alarmingBytes = 128 * 1024 * 1024;
