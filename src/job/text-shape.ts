import type { z as Zod, ZodType } from 'zod';
import { isUnsafe } from './short-text.ts';

/** The constraints of a text in a request. */
export interface TextRule {
  /** The least Unicode characters; default 0. */
  readonly least?: number;
  /** The most Unicode characters. */
  readonly most: number;
  /** Tested only on texts within the length; must be linear. */
  readonly pattern?: RegExp;
}

/**
 * The shape of a text under a rule. Checks length, then unsafe characters, then the pattern, and stops at the first
 * problem, so that the cost is linear. (zod's own checks continue after a failed `max`, so a pattern would run on a
 * megabyte.)
 */
export function textShape(z: typeof Zod, rule: TextRule): ZodType<string> {
  return z.string().superRefine((text, context) => {
    const message = findTextProblem(text, rule);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

/** A list of at most `most` elements; the elements of a longer list are not checked. */
export function listShape<Element>(z: typeof Zod, element: ZodType<Element>, most: number): ZodType<Element[]> {
  return z
    .custom<unknown>((value) => !Array.isArray(value) || value.length <= most, `expected at most ${most} elements`)
    .pipe(z.array(element));
}

/** What is wrong with a text, or undefined. */
export function findTextProblem(text: string, { least = 0, most, pattern }: TextRule): string | undefined {
  const length = text.length > 4 * most ? text.length : countCharacters(text);
  if (length > most) return `expected at most ${most} characters, found ${length}`;
  if (length < least) return `expected at least ${least} ${least === 1 ? 'character' : 'characters'}, found ${length}`;
  if (isUnsafe(text)) return 'expected text without control, line-separating and bidirectional characters';
  if (pattern !== undefined && !pattern.test(text)) return `expected text that matches ${pattern.source}`;
  return undefined;
}

function countCharacters(text: string): number {
  let pairs = 0;
  for (const character of text) if (character.length === 2) pairs++;
  return text.length - pairs;
}
