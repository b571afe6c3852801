/**
 * What is wrong with an export job's name, in words that follow "job name:"; undefined for a name that the API allows:
 * a letter, then letters, digits and underscores, 63 characters at most.
 */
export function findJobNameProblem(name: string): string | undefined {
  if (name === '') return 'expected 1 to 63 characters, found none';
  if (name.length > longestJobName) return `expected at most ${longestJobName} characters, found ${name.length}`;
  if (!/^[a-zA-Z]/.test(name)) return 'expected a letter first';
  if (!/^[a-zA-Z0-9_]*$/.test(name)) return 'expected letters, digits and underscores only';
  return undefined;
}

const longestJobName = 63;
