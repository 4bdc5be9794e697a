import { endStarted, npm } from '../cli/support/npm';
import { left, tracesOf } from '../cli/support/traces';
import { describeWith } from '../support/capabilities';
import { KIT, rendered, runKit, tryDocument, withFile } from './kit';

jest.setTimeout(240_000);
afterEach(endStarted);

describeWith(KIT, 'a run of the test kit', () => {
  test('parameters reach the document: told to freeze one filesystem only, it leaves the other', async () => {
    const args = ['--parameter', 'includePaths=/data', '--volume', '/data:xfs', '--bystander', '/srv/other', '--only', 'others'];
    const report = await tryDocument('filesystem.yaml', rendered('filesystem'), ...args);

    expect(report.of('fail')).toEqual([]);
    expect(report.seen('others')).toContain('/srv/other');
  });

  test('a filesystem that was to be left alone and was not is told', async () => {
    const report = await tryDocument('filesystem.yaml', rendered('filesystem'), '--bystander', '/srv/other', '--only', 'others');

    expect(report.of('fail')).toEqual(['others']);
    expect(report.seen('others')).toContain('/srv/other');
    expect(report.code).toBe(1);
  });

  const tried = (...args: readonly string[]) =>
    withFile('filesystem.yaml', rendered('filesystem'), (file) => runKit(file, '--only', 'works', ...args));

  test('a server that does not come up is no word on the document: exit code 2, and what it said', async () => {
    const { code, stderr } = await tried('--server', 'echo no room >&2; exit 3', '--ready', 'false');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no room') });
  });

  test('so is data that can’t be prepared', async () => {
    const { code, stderr } = await tried('--prepare', 'echo no such program >&2; exit 1');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no such program') });
  });

  test('so is a probe that fails although nothing is locked, which would pass for a lock', async () => {
    const { code, stderr } = await tried('--lock-probe', 'no-such-client');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--lock-probe fails although nothing is locked') });
  });

  test('instances begin with what --prepare left on the volumes', async () => {
    const ready = ['--ready', 'test "$(cat /log/made)" = once'];
    const { code, stderr } = await tried('--prepare', 'echo once >/log/made', '--server', 'true', ...ready);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('pass') });
  });

  test('ended by a signal, it leaves nothing', async () => {
    await withFile('filesystem.yaml', rendered('filesystem'), async (file) => {
      const run = npm('document-test', [file]);
      await run.said(/pass +thaw complete/); // instances for the rest are coming up, or hold already
      const traces = tracesOf(run.pid);
      expect(traces.processes.length).toBeGreaterThan(1);
      run.signal('SIGINT');

      expect(await run.exit).toBe(130);
      expect(left(traces)).toEqual({ processes: [], loops: [], mounts: [] });
    });
  });
});
