import { given } from '../../given.ts';
import { forcedStatuses, type ForcedStatus, type InjectedFaults, type JobFailure } from '../../job/injected-faults.ts';
import { findJobNameProblem } from '../../naming/job-name.ts';
import { nearestName } from '../../nearest-name.ts';
import { quoteText } from '../../quote-text.ts';
import { usageError, type Flags } from './flags.ts';

/** What `--fail`, `--status` and `--delay` inject. */
export function faultOptions(flags: Flags): InjectedFaults {
  const statuses = flags.list('status')?.map(parseStatus);
  return given({
    fail: flags.list('fail')?.map(parseFailure),
    statuses: statuses === undefined ? undefined : Object.fromEntries(statuses),
    delay: parseDelay(flags.text('delay')),
  });
}

function parseFailure(text: string): JobFailure {
  const [job, message] = splitPair('fail', 'MESSAGE', text);
  return { job, message, times: 'always' };
}

function parseStatus(text: string): [string, ForcedStatus] {
  const [job, status] = splitPair('status', 'STATUS', text);
  const known = forcedStatuses.find((name) => name === status);
  if (known !== undefined) return [job, known];
  const near = nearestName(status, forcedStatuses);
  const meant = near === undefined ? `; it can be ${forcedStatuses.join(', ')}` : `; did you mean ${near}?`;
  throw usageError(`--status: expected a status that can be forced, found ${quoteText(status)}${meant}`);
}

/** `JOB=TEXT`; the job may be `*` where any job may fail. */
function splitPair(flag: string, what: string, text: string): [string, string] {
  const at = text.indexOf('=');
  const [job, rest] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const isJob = findJobNameProblem(job) === undefined || (flag === 'fail' && job === '*');
  if (isJob && rest !== '') return [job, rest];
  throw usageError(`--${flag}: expected JOB=${what} with the name of a job, found ${quoteText(text)}`);
}

/** Milliseconds. */
function parseDelay(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(number) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? Number.NaN));
  if (milliseconds <= longestDelay) return milliseconds;
  throw usageError(`--delay: expected a time of at most 60m, such as 500ms, 2s or 1m, found ${quoteText(text)}`);
}

const longestDelay = 3_600_000;
