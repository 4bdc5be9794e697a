import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { type Page, pageOf } from '../pages';
import { filtersSchema } from './filters';
import type { Ec2 } from './state';

const flag = z.optional(z.enum(['true', 'false']));
const count = z.optional(z.string().check(z.regex(/^\d+$/)));

/** Parameters that all Describe operations share, in the query protocol's strings. */
export const describeFields = {
  DryRun: flag,
  Filter: filtersSchema,
  MaxResults: count,
  NextToken: z.optional(z.string()),
};

/** EC2 checks rights only on a dry run. */
export const refuseDryRun = (dryRun: string | undefined): void => {
  if (dryRun === 'true') throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
};

interface Paged {
  readonly MaxResults?: string | undefined;
  readonly NextToken?: string | undefined;
}

/** A page of 5 to 1,000. Ids and MaxResults exclude each other. */
export const describePage = <T>(ec2: Ec2, items: readonly T[], request: Paged, ids: readonly string[] | undefined): Page<T> => {
  const size = request.MaxResults === undefined ? undefined : Number(request.MaxResults);
  if (size !== undefined && ids !== undefined && ids.length > 0) {
    throw new AwsError('InvalidParameterCombination', 'The parameter MaxResults cannot be used with the parameter for ids');
  }
  if (size !== undefined && (size < 5 || size > 1000)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const limit = Math.min(size ?? Number.POSITIVE_INFINITY, ec2.timing.pageLimit);
  return pageOf(items, { token: request.NextToken, size: limit, badToken: 'InvalidPaginationToken' });
};

/** The records with these ids, or all. An unknown id fails the call. */
export const pick = <T>(
  records: ReadonlyMap<string, T>,
  ids: readonly string[] | undefined,
  kind: 'InstanceID' | 'Volume' | 'Snapshot',
): T[] => {
  if (ids === undefined || ids.length === 0) return [...records.values()];
  return ids.map((id) => {
    const found = records.get(id);
    if (found === undefined) throw notFound(kind, id);
    return found;
  });
};

const NOUNS = { InstanceID: 'instance ID', Volume: 'volume', Snapshot: 'snapshot' } as const;
const ID = /^(i|vol|snap)-([0-9a-f]{8}|[0-9a-f]{17})$/;

export const notFound = (kind: keyof typeof NOUNS, id: string): AwsError =>
  ID.test(id)
    ? new AwsError(`Invalid${kind}.NotFound`, `The ${NOUNS[kind]} '${id}' does not exist`)
    : new AwsError(kind === 'InstanceID' ? 'InvalidInstanceID.Malformed' : 'InvalidParameterValue', `Invalid id: "${id}"`);
