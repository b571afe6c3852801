import { ForecastException } from './exceptions.ts';
import { listJob, type JobRecord } from './job-record.ts';
import type { ListedJob, Requests } from './requests.ts';

/** The most characters of a page, so that a short request gets no huge response; a page may end early. */
const longestPage = 256 * 1024;

/** The response of List: newest jobs first, with a token if there are more. @throws `InvalidNextTokenException` */
export function listPage(
  jobs: ReadonlyMap<string, JobRecord>,
  { Filters = [], MaxResults = 100, NextToken }: Requests['ListPredictorBacktestExportJobs'],
  now: number,
): { readonly PredictorBacktestExportJobs: ListedJob[]; readonly NextToken?: string } {
  const before = NextToken === undefined ? Infinity : parseToken(NextToken, now);
  const matches = (job: JobRecord): boolean =>
    Filters.every(({ Key, Condition, Value }) => {
      const found = Key === 'Status' ? job.status : job.predictorArn;
      return (found === Value) === (Condition === 'IS');
    });
  const found = [...jobs.values()]
    .filter((job) => job.order < before && matches(job))
    .sort((a, b) => b.order - a.order);
  const page: ListedJob[] = [];
  let length = 0;
  let last: JobRecord | undefined;
  for (const job of found.slice(0, MaxResults)) {
    const listed = listJob(job, now);
    length += JSON.stringify(listed).length;
    if (length > longestPage && last !== undefined) break;
    page.push(listed);
    last = job;
  }
  return {
    PredictorBacktestExportJobs: page,
    ...(last !== undefined && page.length < found.length ? { NextToken: formatToken(last.order, now) } : {}),
  };
}

/** How long a token is valid, in milliseconds (API documentation). */
const lifetime = 24 * 60 * 60 * 1000;

/** The token of the page after an entry with this number. */
export function formatToken(order: number, now: number): string {
  return btoa(JSON.stringify([order, now]));
}

/** The number of the entry before the page. @throws `InvalidNextTokenException` for an invalid or expired token */
export function parseToken(token: string, now: number): number {
  try {
    const value: unknown = JSON.parse(atob(token));
    if (Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)) {
      const [order, made] = value as [number, number];
      if (now - made <= lifetime) return order;
    }
  } catch {
    // reported below
  }
  throw new ForecastException('InvalidNextTokenException', 'NextToken is invalid or older than 24 hours');
}
