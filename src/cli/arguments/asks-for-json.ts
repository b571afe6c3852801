/** Whether the result would be JSON, so that all of standard error is JSON too, an object a line. */
export function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (text, index) => ['--json', '--format=json'].includes(text) || (text === 'json' && argv[index - 1] === '--format'),
  );
}
