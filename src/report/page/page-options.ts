import type { ZodType } from 'zod';
import { BacktestExportError } from '../../errors.ts';
import { describeValue, readMember } from '../../describe-value.ts';
import { checkOptions, dateShape, objectShape, type Zod } from '../../options.ts';
import type { Report } from '../base/report.ts';

/** How a page is made, and what it says about that where the caller wants it to. */
export interface PageOptions {
  /** The command that made the report, to be shown; none by default. */
  readonly command?: string;
  /** When the report was made; not said by default, so that the same report gives the same bytes. */
  readonly madeAt?: Date;
  /** Ends the drawing of charts, with its reason. */
  readonly signal?: AbortSignal;
}

const shape = (z: Zod): ZodType<PageOptions> =>
  objectShape<PageOptions>(z, {
    command: z.string().optional(),
    madeAt: dateShape(z).optional(),
    signal: z.instanceof(AbortSignal).optional(),
  });

/** Refuses what is no report, and options that are none. @throws `OPTION_INVALID` */
export async function checkPage(what: string, report: Report, options: PageOptions): Promise<void> {
  if (readMember(report, 'version') !== 1) {
    const found = `expected a report as createReport gives it, found ${describeValue(report)}`;
    throw new BacktestExportError('OPTION_INVALID', `${what}: ${found}`);
  }
  await checkOptions(what, options, shape);
}
