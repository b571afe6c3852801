import { ForecastException, resourceNotFound } from './exceptions.ts';
import type { JobRecord } from './job-record.ts';
import type { JobDraft, JobState } from './job-state.ts';
import { normalizeJobArn } from './predictor-arn.ts';
import { findPredictorName, type Predictors } from './predictors.ts';
import type { Tag } from './requests.ts';

/** What has tags: a job by its ARN, a predictor or the dataset group by kind and name, in any region and account. */
export type TaggedKey = string;

const mostTags = 50;

/** Finds what an ARN names among all that has tags. @throws `ResourceNotFoundException` */
export function findTagged(
  jobs: ReadonlyMap<string, JobRecord>,
  predictors: Predictors,
  datasetGroup: string | undefined,
  arn: string,
): TaggedKey {
  const job = jobs.get(arn) ?? jobs.get(normalizeJobArn(arn));
  if (job !== undefined) return job.arn;
  if (datasetGroup !== undefined && arn.endsWith(`:dataset-group/${datasetGroup}`))
    return `dataset-group/${datasetGroup}`;
  if (!arn.includes(':predictor/')) throw resourceNotFound(arn);
  return `predictor/${findPredictorName(predictors, arn)}`;
}

/** The tags of a resource. */
export function tagsOf({ jobs, tags }: Pick<JobState, 'jobs' | 'tags'>, key: TaggedKey): readonly Tag[] {
  return jobs.get(key)?.tags ?? tags?.get(key) ?? [];
}

/** Replaces the tags of a resource. @throws `LimitExceededException` */
export function putTags(draft: JobDraft, key: TaggedKey, tags: readonly Tag[]): void {
  assertTags(tags);
  const job = draft.jobs.get(key);
  if (job === undefined) draft.putTags(key, tags);
  else draft.put({ ...job, tags });
}

/** @throws `LimitExceededException` for more than a resource may have */
export function assertTags(tags: readonly Tag[]): void {
  if (tags.length <= mostTags) return;
  const problem = `A resource may have at most ${mostTags} tags, found ${tags.length}`;
  throw new ForecastException('LimitExceededException', problem);
}
