/** Memory for arrays of which every element is written before anybody sees it; browsers have none that is not cleared. */
export function unfilled(bytes: number): ArrayBuffer {
  return new ArrayBuffer(bytes);
}
