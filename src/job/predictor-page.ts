import { formatToken, parseToken } from './list-page.ts';
import type { Requests } from './requests.ts';

/**
 * A page of predictors, filtered by status and dataset group. Dataset groups are compared by name: a client may be in any
 * region and account.
 * @throws `InvalidNextTokenException`
 */
export function pageOf(
  member: string,
  entries: readonly { readonly Status: string; readonly DatasetGroupArn?: string }[],
  { Filters = [], MaxResults = 100, NextToken }: Requests['ListPredictors'],
  now: number,
): object {
  const from = NextToken === undefined ? 0 : parseToken(NextToken, now);
  const found = entries.filter((entry) =>
    Filters.every(({ Key, Condition, Value }) => {
      const isEqual = Key === 'Status' ? entry.Status === Value : isGroup(entry.DatasetGroupArn, Value);
      return isEqual === (Condition === 'IS');
    }),
  );
  const page = found.slice(from, from + MaxResults);
  const next = from + page.length;
  return { [member]: page, ...(next < found.length ? { NextToken: formatToken(next, now) } : {}) };
}

function isGroup(arn: string | undefined, value: string): boolean {
  const name = (text: string): string => text.slice(text.lastIndexOf(':') + 1);
  return arn !== undefined && name(arn) === name(value);
}
