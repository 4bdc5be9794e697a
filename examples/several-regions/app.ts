import { App, Stack } from 'aws-cdk-lib';
import { Stillpoint } from 'stillpoint';

const PRODUCTION = '111122223333';
const STAGING = '444455556666';

const app = new App();

// One Stillpoint an account and region, each with the same policies.
for (const region of ['eu-west-1', 'eu-central-1']) {
  const stack = new Stack(app, `Backups-${region}`, { env: { account: PRODUCTION, region } });
  new Stillpoint(stack, 'Stillpoint', { policies: 'policies', workerConcurrency: 50 });
}

// A policy may be written in the code as well: here for the staging account, on other tags.
const staging = new Stack(app, 'Backups-staging', { env: { account: STAGING, region: 'eu-west-1' } });
new Stillpoint(staging, 'Stillpoint', {
  policies: {
    weekly: {
      PolicyType: 'EBS_SNAPSHOT_MANAGEMENT',
      ResourceTypes: ['INSTANCE'],
      TargetTags: [{ Key: 'Backup', Value: 'weekly' }],
      Schedules: [
        {
          Name: 'sunday',
          CreateRule: { CronExpression: 'cron(0 4 ? * SUN *)', Scripts: [{ ExecutionHandler: 'stillpoint-postgresql' }] },
          RetainRule: { Count: 4 },
        },
      ],
    },
  },
});

app.synth();
