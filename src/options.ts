import type { ZodType } from 'zod';
import { BacktestExportError } from './errors.ts';

/** The `z` of zod, loaded when the first options are checked. */
export type Zod = (typeof import('zod'))['z'];

/**
 * Checks a function's options once, at the front door. Unknown names are refused as well: a misspelled option would
 * otherwise be an option without effect.
 * @throws `OPTION_INVALID`, naming the function, the option and what was expected.
 */
export async function checkOptions(what: string, options: unknown, shape: (z: Zod) => ZodType): Promise<void> {
  const { z } = await import('zod');
  const result = shape(z).safeParse(options);
  if (result.success) return;
  const problems = result.error.issues.map(
    (issue) => `${[what, ...issue.path.map(String)].join('.')}: ${issue.message}`,
  );
  throw new BacktestExportError('OPTION_INVALID', problems.join('; '), { cause: result.error });
}
