import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyJson } from './unit/policy-fixture';

const CALL = { policyId: 'nightly', schedule: 'Nightly', time: '2026-11-21T03:00:00Z' };

let folder = '';
const environment = process.env;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'task-'));
  writeFileSync(join(folder, 'policies.json'), JSON.stringify({ off: policyJson({ State: 'DISABLED' }) }));
  process.env = {
    ...environment,
    LAMBDA_TASK_ROOT: folder,
    QUEUE_URL: 'https://queue',
    POLICY_ARN_PREFIX: 'arn:aws:stillpoint:eu-west-1:111122223333:policy/',
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  jest.resetModules();
});
afterEach(() => {
  process.env = environment;
  rmSync(folder, { recursive: true });
});

const load = async () => (await import('../lambda/planner/handler')).handler;

it("plans with the bundle's policies", async () => {
  const handler = await load();
  await expect(handler({ ...CALL, policyId: 'off' })).resolves.toBeUndefined();
  await expect(handler(CALL)).rejects.toThrow('no run for policy nightly, schedule Nightly, 2026-11-21T03:00:00.000Z: unknown-policy');
});

it('does not start without its queue', async () => {
  delete process.env['QUEUE_URL'];
  await expect(load()).rejects.toThrow('environment variables missing or wrong: QUEUE_URL');
});
