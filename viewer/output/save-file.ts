/** Milliseconds that a download has to begin before its content is let go. */
const longestStart = 60_000;

/** Gives the reader a file to save, as a download that never leaves the machine. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), longestStart);
}
