import { spawnSync } from 'node:child_process';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describeWith } from '../support/capabilities';
import { endStarted, type NpmRun, npm } from './support/npm';
import { left, tracesOf } from './support/traces';

jest.setTimeout(120_000);
afterEach(endStarted);

const serve = async (): Promise<{ readonly run: NpmRun; readonly endpoint: string }> => {
  const run = npm('sandbox', [], { STILLPOINT_SANDBOX_MODE: 'directory' });
  await run.said(/Ctrl-C ends it\./);
  const [endpoint = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(run.output()) ?? [];
  return { run, endpoint };
};

describe('npm run sandbox', () => {
  it('answers the SDK, fires as it says itself, and Ctrl-C ends it cleanly', async () => {
    const { run, endpoint } = await serve();
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const client = new EC2Client({ endpoint, region: 'eu-west-1', credentials });
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: ['ledger'] }] }));
    expect(Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name))).toEqual(['running']);

    const [, url = '', body = ''] = /curl -X POST (\S+) -d '(.*)'/.exec(run.output()) ?? [];
    const fired = await fetch(url, { method: 'POST', body });
    expect(fired.status).toBe(200);
    await run.said(/asleep +success/);

    const traces = tracesOf(run.pid);
    run.signal('SIGINT');
    expect({ code: await run.exit, output: run.output() }).toMatchObject({ code: 0 });
    expect({ ...left(traces), output: run.output() }).toMatchObject({ processes: [] });
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('takes the port that it is told, and says when it is not free', async () => {
    const { run, endpoint } = await serve();
    const second = npm('sandbox', ['--port', new URL(endpoint).port], { STILLPOINT_SANDBOX_MODE: 'directory' });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
    run.signal('SIGINT');
    await run.exit;
  });
});

describeWith(['aws-cli'], 'the AWS CLI on npm run sandbox', () => {
  const aws = (endpoint: string, ...args: readonly string[]) => {
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox', AWS_DEFAULT_REGION: 'eu-west-1' };
    const { stdout, stderr, status } = spawnSync('aws', ['--endpoint-url', endpoint, ...args], { env, encoding: 'utf8' });
    return { stdout, stderr, status };
  };

  it('reads the fleet and is told what is not there', async () => {
    const { endpoint } = await serve();
    const states = aws(endpoint, 'ec2', 'describe-instances', '--query', 'Reservations[].Instances[].State.Name', '--output', 'text');
    expect(states.stdout.trim().split(/\s+/).sort()).toEqual(['running', 'running', 'running', 'running', 'running', 'running', 'stopped']);
    const refused = aws(endpoint, 'ec2', 'describe-vpcs');
    expect(refused.stderr).toContain('(NotImplemented)');
    expect(refused.status).not.toBe(0);
  });
});
