/** The API's rule for the name of an export job, and of a predictor: least and most characters, and their pattern. */
export const jobNameRule: { readonly least: number; readonly most: number; readonly pattern: RegExp } = {
  least: 1,
  most: 63,
  pattern: /^[a-zA-Z][a-zA-Z0-9_]*$/,
};

/**
 * What is wrong with an export job's name, in words that follow "job name:"; undefined for a name that the API allows: a
 * letter, then letters, digits and underscores, at most 63 characters.
 */
export function findJobNameProblem(name: string): string | undefined {
  const { most, pattern } = jobNameRule;
  if (name === '') return `expected 1 to ${most} characters, found none`;
  if (name.length > most) return `expected at most ${most} characters, found ${name.length}`;
  if (pattern.test(name)) return undefined;
  return /^[a-zA-Z]/.test(name) ? 'expected letters, digits and underscores only' : 'expected a letter first';
}
