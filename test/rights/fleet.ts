import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { worstCaseMs } from '../../lambda/core/execution/deadlines';
import type { AccountDocument } from '../../sandbox/ports';
import { madeUpId } from '../../sandbox/scenario/fleet';
import { type Case, instanceOf, PLAN, policyOf, volumeOf } from '../end-to-end/harness/cases';
import { ACCOUNT, REGION } from '../sandbox/support/bench';
import { type SentCommand, update } from '../sandbox/support/fake-machines';

const arn = (account: string, name: string): string => `arn:aws:ssm:${REGION}:${account}:document/${name}`;
export const OWN_ARN = arn(ACCOUNT, 'two-steps');
export const SHARED_ARN = arn('444455556666', 'shared-orders');

const OTHER_ACCOUNT = '444455556666';
/** By its id: the name of a zone is another one in each account. */
const ZONE = 'euw1-az1';
const LONG_AGO = '2026-01-01T00:00:00.000Z';
/** Tags that say of a set of `after` that its sharing and its fast restore are over. */
export const OVER = { 'stillpoint:shared-until': LONG_AGO, 'stillpoint:fast-restore': `${ZONE} until ${LONG_AGO}` };

const handler = (ExecutionHandler: string, more: Readonly<Record<string, unknown>> = {}): Case => ({
  script: { ExecutionHandler, ExecutionTimeout: 10, ...more },
});

/** Executions that together take every way on which a role needs a right. */
const CASES = {
  /** Takes a freeze slot and gives it back; is looked at by a scheduled preflight, too; and keeps one set, so that its second run ends the first's. */
  plain: {
    ...handler('orders'),
    schedule: { RetainRule: { Count: 1 } },
    stillpoint: { MaximumFreezes: 1, Preflight: { CronExpression: 'cron(0 12 * * ? *)' } },
  },
  'two-steps': { ...handler(OWN_ARN), targetTags: [{ Key: 'Tier', Value: 'data' }], tags: { Backup: '', Tier: 'data' } },
  shared: handler(SHARED_ARN),
  'of-aws': handler('AWS-Orders'),
  /** Its SendCommand gives no answer and its command is not delivered: it is looked for and cancelled. */
  lost: handler('orders'),
  /** Not ready at first, after `SLOW_MS`: no time is left for the retry, a continuation is sent. */
  later: { ...handler('orders', { MaximumRetryCount: 1 }), stillpoint: { RetryPause: 0 } },
  /** Its post-script finds that it was thawed before: counted, as a dead letter of its policy is. */
  incident: { ...handler('orders'), stillpoint: { PauseAfter: 2 } },
  /** A volume has a tag that the policy gives, too: the others are copied once nothing is frozen. */
  copying: {
    ...handler('orders'),
    volumes: [{ ...volumeOf('copying'), tags: { Name: 'data', Team: 'x' } }],
    schedule: { CopyTags: true, TagsToAdd: [{ Key: 'Team', Value: 'db' }] },
  },
  /** Makes its own set, which the worker tags. */
  vss: { script: { ExecutionHandler: 'AWS_VSS_BACKUP', Stages: undefined, ExecutionTimeout: undefined }, platform: 'windows' },
  /** Is shared and restored fast, until {@link OVER} says otherwise. */
  after: {
    script: null,
    schedule: {
      ShareRules: [{ TargetAccounts: [OTHER_ACCOUNT] }],
      FastRestoreRule: { Interval: 1, IntervalUnit: 'DAYS', AvailabilityZoneIds: [ZONE] },
    },
  },
  /** Has no canary: the planner tells that it is left out. */
  canary: { ...handler('orders'), stillpoint: { CanaryTag: { Key: 'Tier', Value: 'data' } } },
} satisfies Record<string, Case>;

/** It takes most of an invocation, and so a worker without `WORKER_TIMEOUT`. */
export const BY_VSS = 'vss';
export const NAMES = Object.keys(CASES).filter((name) => name !== BY_VSS);
const all: readonly (readonly [string, Case])[] = Object.entries(CASES);

export const POLICIES = Object.fromEntries(all.map(([name, of]) => [name, policyOf(name, of)]));
export const FLEET = all.map(([name, of]) => instanceOf(name, of));

export const SLOW_MS = 8_000;

/** Seconds of an invocation in which an attempt may begin at once, and none after `SLOW_MS`. */
export const WORKER_TIMEOUT = Math.floor((worstCaseMs({ ...PLAN, executionTimeout: 10 }) + SLOW_MS) / 1_000);

const content = (file: string): string => readFileSync(join(import.meta.dirname, '../end-to-end/documents', file), 'utf8');
const TAGS = { DLMScriptsAccess: 'true' };

export const DOCUMENTS: readonly AccountDocument[] = [
  { name: 'orders', content: content('orders.yaml'), tags: TAGS },
  { name: 'two-steps', content: content('two-steps.json'), tags: TAGS },
  { name: 'shared-orders', owner: '444455556666', content: content('orders.yaml') },
  { name: 'AWS-Orders', content: content('orders.yaml') },
];

const stepsSchema = z.object({ mainSteps: z.array(z.object({ name: z.string() })) });

/** Exit codes of an instance's scripts, in their order; 0 after the last. */
const EXIT_CODES: Readonly<Record<string, readonly number[]>> = {
  [madeUpId('i', 'later')]: [206],
  [madeUpId('i', 'incident')]: [0, 203],
};

/** An agent whose scripts end at once. */
export const answer = (): ((sent: SentCommand) => void) => {
  const left = new Map(Object.entries(EXIT_CODES).map(([id, codes]) => [id, [...codes]]));
  return ({ instanceId, command, update: tell }) => {
    const responseCode = left.get(instanceId)?.shift() ?? 0;
    const told = update(responseCode === 0 ? 'Success' : 'Failed', { responseCode });
    const names = stepsSchema.parse(command.document).mainSteps;
    tell({ ...told, steps: told.steps.flatMap((step) => names.map(({ name }) => ({ ...step, name }))) });
  };
};
