import { expect, it } from 'vitest';
import { Room } from '#src/parallel/room.js';

const MiB = 1024 * 1024;

it('lets small inputs in together, a large one alone, in the order in which they came', async () => {
  const room = new Room();
  const entered: string[] = [];
  const begin = (name: string, bytes: number): (() => void) => {
    const { takeRoom, leave } = room.door();
    void takeRoom(bytes).then(() => entered.push(name));
    void takeRoom(bytes); // once for each input, however often it asks
    return leave;
  };
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const [leaveA, leaveB, leaveLarge] = [begin('a', 8 * MiB), begin('b', 8 * MiB), begin('large', 40 * MiB)];
  const leaveC = begin('c', 1);
  await settle();
  expect(entered).toEqual(['a', 'b']);
  leaveA();
  await settle();
  expect(entered).toEqual(['a', 'b']);
  leaveB();
  leaveB();
  await settle();
  expect(entered).toEqual(['a', 'b', 'large']);
  leaveLarge();
  leaveC();
  await settle();
  expect(entered).toEqual(['a', 'b', 'large', 'c']);
});
