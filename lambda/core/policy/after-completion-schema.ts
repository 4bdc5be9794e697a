import * as z from 'zod/mini';
import { ageUnit, checked, integer, positive, text } from './schema-parts';

/** The form of a region's name, as DLM's model has it for TargetRegion. */
const REGION = /^(?=.{1,16}$)([a-z]+-){2,3}\d$/;
const regionProblem = (target: string): string | undefined => {
  if (REGION.test(target)) return undefined;
  return target.startsWith('arn:')
    ? 'the name of a region, such as eu-west-1 (copies to Outposts are not built)'
    : 'the name of a region, such as eu-west-1';
};
const region = checked('the name of a region, such as eu-west-1', regionProblem);
/** DLM's model: keys only, no aliases. */
const KMS_KEY = /^(?=.{1,2048}$)arn:aws(-[a-z]{1,3}){0,2}:kms:([a-z]+-){2,3}\d:\d+:key\/.+$/;

/** The forms of a zone's name and of its id, 16 characters at most. */
const ZONE = /^(?=.{1,16}$)([a-z]+-){2,3}\d[a-z]$/;
const ZONE_ID = /^(?=.{1,16}$)[a-z]{3,4}\d-az\d+$/;

/** DLM's CrossRegionCopyRetainRule: copies are kept by age only. */
export const copyRetainRuleSchema = z.strictObject(
  {
    Interval: positive,
    IntervalUnit: ageUnit,
  },
  'an object with Interval and IntervalUnit',
);

export const copyRuleSchema = z.strictObject(
  {
    /** `TargetRegion` is its older name, which policies from before it still have. */
    Target: z.optional(region),
    TargetRegion: z.optional(region),
    Encrypted: z.boolean('true or false'),
    CmkArn: z.optional(text('the ARN of a KMS key', KMS_KEY)),
    CopyTags: z.optional(z.boolean('true or false')),
    RetainRule: z.optional(copyRetainRuleSchema),
  },
  'a copy rule (object)',
);
export type CrossRegionCopyRule = z.infer<typeof copyRuleSchema>;

export const shareRuleSchema = z.strictObject(
  {
    TargetAccounts: z.array(text('the 12 digits of an account id', /^[0-9]{12}$/), 'a list of 1 to 50 account ids'),
    UnshareInterval: z.optional(positive),
    UnshareIntervalUnit: z.optional(ageUnit),
  },
  'a share rule (object)',
);
export type ShareRule = z.infer<typeof shareRuleSchema>;

export const fastRestoreRuleSchema = z.strictObject(
  {
    Count: z.optional(integer(1, 1000)),
    Interval: z.optional(positive),
    IntervalUnit: z.optional(ageUnit),
    AvailabilityZones: z.optional(z.array(text('the name of a zone, such as eu-west-1a', ZONE), 'a list of 1 to 10 zones')),
    AvailabilityZoneIds: z.optional(z.array(text('the id of a zone, such as euw1-az1', ZONE_ID), 'a list of 1 to 10 ids of zones')),
  },
  'an object',
);
export type FastRestoreRule = z.infer<typeof fastRestoreRuleSchema>;
