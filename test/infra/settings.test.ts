import { App } from 'aws-cdk-lib';
import { readSettings } from '../../lib/settings';

const settings = (context: Record<string, unknown> = {}) => readSettings(new App({ context }).node);

describe('the app’s settings', () => {
  it('have a default each', () => {
    expect(settings()).toEqual({ policies: `${process.cwd()}/policies`, buildFolder: `${process.cwd()}/build` });
  });

  it('come as text from the command line, as numbers from cdk.json', () => {
    expect(settings({ workerConcurrency: '50', maximumFreezes: '4', logRetentionDays: 30 })).toMatchObject({
      ...{ workerConcurrency: 50, maximumFreezes: 4, logRetention: 30 },
    });
  });

  it('say whom alarms tell, and where the runbook is', () => {
    const given = { alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:operations', runbookUrl: 'https://example.com/runbook' };
    expect(settings(given)).toMatchObject(given);
  });

  it('take several keys', () => {
    const keys = ['a', 'b'].map((id) => `arn:aws:kms:eu-west-1:111122223333:key/${id}`);
    expect(settings({ volumeKeys: keys.join(', ') })).toMatchObject({ volumeKeys: keys });
  });

  it.each([
    ['volumeKeys', 'alias/x', 'key ARNs'],
    ['alarmTopicArn', 'operations', 'the ARN of an SNS topic'],
    ['runbookUrl', 'our runbook', 'a URL or path without spaces'],
    ['workerConcurrency', '1', '2 to 1000'],
    ['workerConcurrency', 'many', '2 to 1000'],
    ['maximumFreezes', '0', '1 to 1000'],
    ['maximumFreezes', '1001', '1 to 1000'],
    ['logRetentionDays', '31', 'one of 1, 3, 5'],
  ])('refuse %s %s by its name', (name, value, allowed) => {
    expect(() => settings({ [name]: value })).toThrow(new RegExp(`${name}: found ${value}, allowed: .*${allowed}`));
  });
});
