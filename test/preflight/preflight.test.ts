import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { PREFLIGHT_DETAIL_TYPE, preflightDetailSchema } from '../../lambda/core/event/preflight-event';
import { PREFLIGHT_SCHEDULE, preflightAnswerSchema } from '../../lambda/core/preflight/request';
import type { TargetReport } from '../../lambda/core/preflight/target-report';
import { REPOSITORY } from '../cli/support/npm';
import { describeWith } from '../support/capabilities';
import { REGION, type TestSandbox } from '../support/sandbox';
import { EXAMPLES, idOf, openFleet } from './fleet';

const PATIENCE_MS = 180_000;

interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run preflight -- ARGS`, without npm, and with nothing of this machine's own AWS settings. */
const command = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Printed> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: '/nowhere', ...environment };
    execFile(process.execPath, ['--import', 'tsx', 'bin/preflight.ts', ...args], { cwd: REPOSITORY, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

const jsonSchema = z.object({ policyId: z.string(), application: z.boolean(), reports: z.array(z.unknown()) });

describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'a preflight of a fleet', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await openFleet();
  }, PATIENCE_MS);
  afterAll(() => sandbox?.close());

  const preflight = (...args: readonly string[]): Promise<Printed> =>
    command(args, {
      ...{ AWS_ENDPOINT_URL: sandbox.endpoint, AWS_DEFAULT_REGION: REGION },
      ...{ AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
    });

  /** The reports of a policy by the instances' names. */
  const reports = async (policyId: string): Promise<ReadonlyMap<string, TargetReport>> => {
    const { stdout } = await preflight('--policy', policyId, '--json');
    const answer = preflightAnswerSchema.parse({ kind: 'reports', ...jsonSchema.parse(JSON.parse(stdout)) });
    return new Map(answer.kind === 'reports' ? answer.reports.map((report) => [report.name, report]) : []);
  };

  const failures = (report: TargetReport | undefined): readonly string[] =>
    (report?.findings ?? []).filter(({ result }) => result === 'failed').map(({ check, found }) => `${check}: ${found}`);

  test(
    'tells each target that would not end as application, in a table with what to do, and exits 1',
    async () => {
      await sandbox.fault({
        kind: 'error',
        action: 'CreateSnapshots',
        code: 'UnauthorizedOperation',
        status: 403,
        instanceId: idOf('forbidden'),
        times: 99,
      });
      const { code, stdout, stderr } = await preflight('--policy', 'fleet');
      expect(stderr).toBe('');
      expect(stdout).toMatchInlineSnapshot(`
"instance             name        agent            document                 would freeze  volumes  last set  would end as
-------------------  ----------  ---------------  -----------------------  ------------  -------  --------  ----------------------
i-d7ef3da92e45ddbdd  forbidden   online 3.3.0.0   stillpoint-filesystem 1  /data         1 of 1   none yet  less, 1 failure
i-38cb4d4d0d1b4c654  good        online 3.3.0.0   stillpoint-filesystem 1  /data         1 of 1   none yet  application
i-3659e75e9fd87183e  no-data     online 3.3.0.0   stillpoint-filesystem 1  -             0 of 1   none yet  less, 1 failure
i-dc72d13100004b689  no-profile  online 3.3.0.0   stillpoint-filesystem 1  /data         1 of 1   none yet  application, 1 warning
i-b8589bd73be200959  offline     offline 3.3.0.0  stillpoint-filesystem 1  -             0 of 1   none yet  less, 1 failure
i-323856c21b3f89ab7  sleeper     offline 3.3.0.0  stillpoint-filesystem 1  -             0 of 1   none yet  less, 1 failure
i-99665811601011eb6  unmanaged   unmanaged        stillpoint-filesystem 1  -             0 of 1   none yet  less, 1 failure

i-d7ef3da92e45ddbdd (forbidden)
  FAILED   rights: ec2:CreateSnapshots: UnauthorizedOperation: UnauthorizedOperation (a fault of the sandbox)
           Deploy the stack with this policy; then look at service control policies and permissions boundaries: docs/security.md.

i-3659e75e9fd87183e (no-data)
  FAILED   dry-run: nothing to freeze, and no application was quiesced (a pre-script would exit with 201)
           Repair it on the instance; docs/documents.md says what the document looks at.

i-dc72d13100004b689 (no-profile)
  warning  instance-profile: none: its agent registered another way
           Default Host Management Configuration must stay as it is.

i-b8589bd73be200959 (offline)
  FAILED   agent: version 3.3.0.0 has lost its connection
           Is it running, and has it a way to Systems Manager? docs/prerequisites.md

i-323856c21b3f89ab7 (sleeper)
  FAILED   instance: stopped: no script can run
           Start it, or expect sets that say \`stopped\`.

i-99665811601011eb6 (unmanaged)
  FAILED   agent: Systems Manager does not know the instance
           Install and start the SSM Agent, give it an instance profile and a way to Systems Manager: docs/prerequisites.md.

2 of 7 would end as application.
"
`);
      expect(code).toBe(1);
    },
    PATIENCE_MS,
  );

  test(
    'looks at the application as its document does',
    async () => {
      const scripted = await reports('scripted');
      expect(failures(scripted.get('down'))).toEqual(['dry-run: ready: the database is down']);
      expect(failures(scripted.get('on-root'))).toEqual(['freezes: / (overlay) holds files of the application and is not frozen: root']);
      // The container's root has no EBS volume; an instance's has.
      expect(failures(scripted.get('locked-on-root'))).toEqual(['freezes: which EBS volumes / lies on can not be told']);
    },
    PATIENCE_MS,
  );

  test(
    'tells what a document of somebody else, or none, comes to',
    async () => {
      expect(failures((await reports('orders')).get('stranger'))).toEqual(['dry-run: it prints no line of our contract']);
      expect((await sandbox.run(idOf('stranger'), 'cut -d" " -f1 /run/orders/calls | sort -u')).stdout).toBe('dry-run\n');
      expect(failures((await reports('no-contract')).get('broken'))).toEqual([
        'document: no-contract: parameters.executionId: missing; parameters.command: missing',
      ]);
      expect(failures((await reports('no-script')).get('plain'))).toEqual(['policy: no schedule has a script: sets are crash-consistent']);
    },
    PATIENCE_MS,
  );

  test(
    'says of one instance what is asked, also of one that is no target',
    async () => {
      const good = await preflight('--policy', 'fleet', '--instance', idOf('good'));
      expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('\n1 of 1 would end as application.\n') });
      const { code, stdout } = await preflight('--policy', 'fleet', '--instance', idOf('down'));
      expect(stdout).toContain('FAILED   instance: carries no target tag of the policy\n           Tag it: Backup = fleet.\n');
      expect(code).toBe(1);
      await sandbox.fault({ kind: 'error', action: 'DescribeInstanceInformation', code: 'UnknownEndpoint', instanceId: idOf('good') });
      const nowhere = await preflight('--policy', 'fleet', '--instance', idOf('good'));
      expect(nowhere.stdout).toContain('FAILED   agent: Systems Manager can not be asked: UnknownEndpoint: ');
    },
    PATIENCE_MS,
  );

  test(
    'tells a policy without targets, and an unknown one with those there are',
    async () => {
      expect(await preflight('--policy', 'nobody')).toEqual({
        ...{ code: 1, stderr: '' },
        stdout: 'No instance carries a target tag of policy nobody: nothing would run.\n',
      });
      expect(await preflight('--policy', 'fleets')).toEqual({
        ...{ code: 2, stdout: '' },
        stderr: 'no policy fleets is deployed; there: fleet, ledger-once, nightly, no-contract, no-script, nobody, orders, scripted\n',
      });
    },
    PATIENCE_MS,
  );

  test.each(EXAMPLES)(
    'prints of the example fleet what the README shows: %s',
    async (policy) => {
      const { code, stdout } = await preflight('--policy', policy);
      const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
      expect(/```\n(i[^]*?)```/.exec(readme.split(`npm run preflight -- --policy ${policy}\n`)[1] ?? '')?.[1]).toBe(stdout);
      expect(code).toBe(1);
    },
    PATIENCE_MS,
  );

  test(
    'is told as events where the policy schedules it',
    async () => {
      await sandbox.fire('fleet', PREFLIGHT_SCHEDULE);
      const told = () => sandbox.events.filter((event) => event['detail-type'] === PREFLIGHT_DETAIL_TYPE);
      await sandbox.until(() => told().find(({ detail }) => preflightDetailSchema.parse(detail).about === 'run'), 'the run to be told');
      const details = told().map(({ detail }) => preflightDetailSchema.parse(detail));
      expect(details.at(-1)).toMatchObject({ about: 'run', result: 'failed', targets: 7, failed: 5, not_looked_at: 0, findings: [] });
      expect(details.slice(0, -1).map(({ source }) => source.split('/')[1])).toEqual(
        ['no-data', 'sleeper', 'unmanaged', 'offline', 'forbidden'].map(idOf).sort(),
      );
      expect(details[0]).toMatchObject({ about: 'target', result: 'failed', schedules: ['Hourly'], findings: [{ result: 'failed' }] });
      await sandbox.idle();
      const metrics = sandbox.functionLines().filter(({ line }) => JSON.stringify(line).includes('"PreflightFailed":5'));
      expect(metrics).toMatchObject([{ function: 'stillpoint-preflight', line: { PreflightTargets: 7, DLMPolicyId: 'fleet' } }]);
    },
    PATIENCE_MS,
  );

  test('has touched nothing: it read, asked EC2 with DryRun, and sent dry-runs', async () => {
    const calls = sandbox.requests.filter(({ role }) => role !== 'user');
    const kinds = calls.map(({ action, errorCode = '', comment = '' }) => [action, errorCode, comment].filter(Boolean).join(' '));
    expect(
      [...new Set(kinds)].filter((kind) => !/^(Describe|Get|List)\w+( InvocationDoesNotExist| UnknownEndpoint)?$/.test(kind)).sort(),
    ).toEqual([
      'CreateSnapshots DryRunOperation',
      'CreateSnapshots UnauthorizedOperation',
      'PutEvents',
      ...['fleet', 'ledger-once', 'nightly', 'orders', 'scripted'].map((policy) => `SendCommand stillpoint preflight ${policy}`),
    ]);
    const { snapshots, frozen } = await sandbox.state();
    expect({ snapshots, frozen }).toEqual({ snapshots: [], frozen: {} });
  });
});
