import { parsePreflightArguments } from '../../cli/preflight/arguments';
import { endStarted, npm } from '../cli/support/npm';
import { type Bench, openBench } from '../sandbox/support/bench';

const ID = 'i-0123456789abcdef0';

test.each([
  [['--policy', 'nightly'], { policyId: 'nightly', instanceId: undefined, json: false }],
  [['--policy=nightly', '--json', '--instance', ID], { policyId: 'nightly', instanceId: ID, json: true }],
])('%j', (args, expected) => {
  expect(parsePreflightArguments(args)).toEqual({ kind: 'run', ...expected });
});

test.each([
  [[], '--policy NAME is missing'],
  [['--policy', ''], '--policy NAME is missing'],
  [['--policy', 'a', '--instance', 'web-1'], '--instance: found web-1, allowed the id of an EC2 instance'],
  [['nightly'], "Unexpected argument 'nightly'"],
  [['--policy', 'a', '--fix'], "Unknown option '--fix'"],
])('%j is refused: %s', (args, told) => {
  expect(parsePreflightArguments(args)).toEqual({ kind: 'wrong', message: expect.stringContaining(told) });
});

describe('npm run preflight', () => {
  let bench: Bench | undefined;
  afterEach(async () => {
    await endStarted();
    await bench?.end();
    bench = undefined;
  });

  const preflight = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    const run = npm('preflight', args, { HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...environment });
    return { code: await run.exit, output: run.output() };
  };
  const user = { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox', AWS_DEFAULT_REGION: 'eu-west-1' };

  test('tells wrong arguments', async () => {
    expect(await preflight(['--polcy', 'a'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('See npm run preflight -- --help.'),
    });
  }, 60_000);

  test('tells where no stack is deployed', async () => {
    bench = await openBench({ realTime: true });
    expect(await preflight(['--policy', 'nightly'], { ...user, AWS_ENDPOINT_URL: bench.sandbox.endpoint })).toEqual({
      code: 1,
      output: 'There is no function stillpoint-preflight: is Stillpoint deployed in this account and region?\n',
    });
  }, 60_000);

  test('tells missing credentials and a missing region', async () => {
    expect(await preflight(['--policy', 'nightly'], { AWS_REGION: 'eu-west-1' })).toMatchObject({
      ...{ code: 1, output: expect.stringMatching(/^No credentials: /) },
    });
    expect(await preflight(['--policy', 'nightly'])).toMatchObject({ code: 1, output: expect.stringMatching(/^No region: /) });
  }, 60_000);
});
