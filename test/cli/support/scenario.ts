import { toFleetMember } from '../../../sandbox/scenario/fleet';
import type { PolicyFile } from '../../../sandbox/scenario/policies';
import type { Scenario } from '../../../sandbox/scenario/scenario';
import { DATABASE, WEB } from './events';

/** A policy as far as the command line reads it. */
export const policy = (cron: string, handler = 'own'): PolicyFile => ({
  TargetTags: [{ Key: 'Backup', Value: 'yes' }],
  Schedules: [
    {
      Name: 'Daily',
      CreateRule: {
        CronExpression: cron,
        Scripts: [{ ExecutionHandlerService: 'AWS_SYSTEMS_MANAGER', ExecutionHandler: handler, MaximumRetryCount: 1 }],
      },
    },
  ],
});

/** Two instances under one policy. */
export const scenarioOf = (fields: Partial<Scenario> = {}): Scenario => ({
  description: '',
  region: 'eu-west-1',
  accountId: '111122223333',
  fleet: [toFleetMember({ name: 'web', id: WEB, tags: { App: 'web' } }, '/'), toFleetMember({ name: 'database', id: DATABASE }, '/')],
  policies: new Map([['nightly', policy('cron(0 3 * * ? *)')]]),
  documents: [],
  fire: [{ policy: 'nightly', schedule: 'Daily' }],
  faults: [],
  expect: [],
  ...fields,
});
