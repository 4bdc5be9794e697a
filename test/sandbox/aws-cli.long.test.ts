import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeWith } from '../support/capabilities';
import { type Bench, openBench } from './support/bench';
import { update } from './support/fake-machines';
import { instance, instanceId } from './support/fleet';

const DOCUMENT = JSON.stringify({
  schemaVersion: '2.2',
  mainSteps: [{ name: 'run', action: 'aws:runShellScript', inputs: { runCommand: ['true'] } }],
});

describeWith(['aws-cli'], 'the AWS CLI', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench({
      fleet: [instance(1, { tags: { Backup: 'nightly' } })],
      documents: [{ name: 'one', content: DOCUMENT }],
      resources: { Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } } },
      timing: { deliveryMs: 0, invocationVisibleMs: 0 },
    });
    bench.machines.onSend = (sent) => sent.update(update('Success', { stdout: 'done' }));
  });
  afterAll(() => bench.end());

  const environment = (): NodeJS.ProcessEnv => ({
    ...{ PATH: process.env['PATH'], HOME: bench.folder, AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox', AWS_DEFAULT_REGION: 'eu-west-1' },
  });

  /** Runs one command; `query` picks the answer, so that assertions stay small. */
  const aws = async (command: string, query: string): Promise<unknown> => {
    const words = [...command.split(' '), '--endpoint-url', bench.sandbox.endpoint, '--output', 'json', '--query', query];
    const { stdout } = await promisify(execFile)('aws', words, { env: environment() });
    return JSON.parse(stdout);
  };

  it('reads instances, volumes, snapshots, documents and nodes', async () => {
    const filter = '--filters Name=tag:Backup,Values=nightly';
    expect(await aws(`ec2 describe-instances ${filter}`, 'Reservations[].Instances[].[InstanceId,State.Name]')).toEqual([
      [instanceId(1), 'running'],
    ]);
    expect(await aws('ec2 describe-volumes', 'length(Volumes)')).toBe(3);
    const instanceWord = `InstanceId=${instanceId(1)},ExcludeBootVolume=true`;
    expect(await aws(`ec2 create-snapshots --instance-specification ${instanceWord}`, 'Snapshots[].State')).toEqual(['pending', 'pending']);
    expect(await aws('ec2 describe-snapshots --owner-ids self', 'Snapshots[].State')).toEqual(['pending', 'pending']);
    expect(await aws('ssm get-document --name one', 'Content')).toContain('schemaVersion');
    expect(await aws('ssm describe-instance-information', 'InstanceInformationList[].PingStatus')).toEqual(['Online']);
  }, 120_000);

  it('sends a command, reads it and cancels it', async () => {
    const id = String(await aws(`ssm send-command --document-name one --instance-ids ${instanceId(1)}`, 'Command.CommandId'));
    bench.clock.advance(1);
    const invocation = `--command-id ${id} --instance-id ${instanceId(1)}`;
    expect(await aws(`ssm get-command-invocation ${invocation}`, '[Status,StandardOutputContent]')).toEqual(['Success', 'done']);
    expect(await aws(`ssm list-command-invocations ${invocation} --details`, 'CommandInvocations[].CommandPlugins[].Name')).toEqual([
      'run',
    ]);
    await expect(aws('ssm cancel-command --command-id 00000000-0000-0000-0000-000000000000', '@')).rejects.toThrow('InvalidCommandId');
  }, 120_000);

  it('puts events and drives the queue', async () => {
    expect(
      await aws(
        `events put-events --entries ${JSON.stringify([{ Source: 'stillpoint', DetailType: 'Test', Detail: '{}' }])}`,
        'FailedEntryCount',
      ),
    ).toBe(0);
    const QueueUrl = `--queue-url ${bench.sandbox.endpoint}/111122223333/work`;
    await aws(`sqs send-message ${QueueUrl} --message-body hello`, 'MessageId');
    expect(await aws(`sqs receive-message ${QueueUrl}`, 'Messages[].Body')).toEqual(['hello']);
    expect(
      await aws(`sqs get-queue-attributes ${QueueUrl} --attribute-names All`, 'Attributes.ApproximateNumberOfMessagesNotVisible'),
    ).toBe('1');
  }, 120_000);
});
