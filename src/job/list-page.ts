import { listJob, type JobRecord } from './job-record.ts';
import { formatToken, parseToken } from './page-token.ts';
import type { ListedJob, RequestOf } from './requests.ts';

/** The most characters of a page, so that a short request gets no huge response; a page may end early. */
const longestPage = 256 * 1024;

/** The response of List: newest jobs first, with a token if there are more. @throws `InvalidNextTokenException` */
export function listPage(
  jobs: ReadonlyMap<string, JobRecord>,
  { Filters = [], MaxResults = 100, NextToken }: RequestOf<'ListPredictorBacktestExportJobs'>,
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
