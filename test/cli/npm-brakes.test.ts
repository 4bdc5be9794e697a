import { type Bench, openBench } from '../sandbox/support/bench';
import { endStarted, npm } from './support/npm';

const TABLE = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'stillpoint-brakes',
      KeySchema: [
        { AttributeName: 'brake', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
    },
  },
};

let bench: Bench | undefined;
afterEach(async () => {
  await endStarted();
  await bench?.end();
  bench = undefined;
});

/** The command, and what it printed. */
const brakes = async (...args: readonly string[]) => {
  const run = npm('brakes', args, {
    ...{ AWS_ENDPOINT_URL: bench?.sandbox.endpoint ?? '', AWS_DEFAULT_REGION: 'eu-west-1' },
    ...{ AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
  });
  return { code: await run.exit, output: run.output() };
};

describe('npm run brakes', () => {
  test('sets, puts an event, and shows', async () => {
    bench = await openBench({ resources: TABLE, realTime: true });
    expect(await brakes('pause', 'nightly', '--reason', 'migration')).toEqual({
      code: 0,
      output: 'Policy nightly is paused: none of its scripts begins.\n',
    });
    const { code, output } = await brakes('status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      stopSwitch: null,
      policies: [{ policyId: 'nightly', paused: { reason: 'migration', executionId: '' }, incidents: [] }],
      freezes: [],
    });
    const events = bench.lines('events').map(({ detail }) => detail);
    expect(events).toMatchObject([
      { brake: 'policy-pause', result: 'set', reason: 'migration', resume: 'npm run brakes -- resume nightly' },
    ]);
  }, 120_000);

  test('tells an unknown policy with those there are, and changes nothing', async () => {
    bench = await openBench({ resources: TABLE, realTime: true });
    expect(await brakes('pause', 'nigthly')).toEqual({ code: 2, output: 'no policy nigthly in policies; there: nightly\n' });
    expect(bench.lines('events')).toEqual([]);
  }, 120_000);

  test('tells where no stack is deployed', async () => {
    bench = await openBench({ realTime: true });
    expect(await brakes('stop')).toEqual({
      code: 1,
      output: 'There is no table stillpoint-brakes: is Stillpoint deployed in this account and region?\n',
    });
  }, 120_000);
});
