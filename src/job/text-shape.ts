import type { z as Zod, ZodType } from 'zod';
import { isUnsafe } from './short-text.ts';

/** What a text in a request must be. */
export interface TextRule {
  /** Unicode characters; 0 by default. */
  readonly least?: number;
  /** Unicode characters. */
  readonly most: number;
  /** Looked at only within the length, and linear in it. */
  readonly pattern?: RegExp;
}

/**
 * A text under a rule. Checked in an order in which no text of any length costs more than its length: the length first,
 * then unsafe characters, then the pattern, and nothing after the first problem. (zod's own checks go on after a failed
 * `max`, so that a pattern would see a megabyte.)
 */
export function textShape(z: typeof Zod, rule: TextRule): ZodType<string> {
  return z.string().superRefine((text, context) => {
    const message = findTextProblem(text, rule);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

/** A list of at most so many elements, which are not looked at where there are more. */
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
