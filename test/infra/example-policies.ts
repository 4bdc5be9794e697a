import type { Policy, Script } from '../../lambda/core/policy/policy-schema';
import type { PolicyFile } from '../../lib/read-policies';

const script = (ExecutionHandler: string): Script => ({ ExecutionHandler, ExecutionTimeout: 30 });

/** A policy of the fewest keys, with what a test needs on top. */
export const policy = (overrides: Partial<Policy> = {}): Policy => ({
  ResourceTypes: ['INSTANCE'],
  TargetTags: [{ Key: 'backup', Value: 'nightly' }],
  Schedules: [{ Name: 'daily', CreateRule: { CronExpression: 'cron(0 3 * * ? *)', Scripts: [script('stillpoint-filesystem')] } }],
  ...overrides,
});

/** Two policies that share a tag key: three schedules, one policy disabled, a user's document and one shared by its ARN. */
export const EXAMPLE_POLICIES: readonly PolicyFile[] = [
  {
    id: 'databases',
    policy: policy({
      State: 'DISABLED',
      TargetTags: [
        { Key: 'backup', Value: 'database' },
        { Key: 'tier', Value: 'data' },
      ],
      Schedules: [
        {
          Name: 'every six hours',
          CreateRule: { Interval: 6, IntervalUnit: 'HOURS', Times: ['09:00'], Scripts: [script('our-database')] },
        },
        {
          Name: 'weekly',
          CreateRule: {
            CronExpression: 'cron(0 5 ? * SUN *)',
            Scripts: [script('arn:aws:ssm:eu-west-1:444455556666:document/shared-database')],
          },
        },
      ],
    }),
  },
  { id: 'nightly', policy: policy() },
];
