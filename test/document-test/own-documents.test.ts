import { join } from 'node:path';
import { renderDocument } from '../../ssm-documents/render';
import { endStarted, npm } from '../cli/support/npm';
import { left, tracesOf } from '../cli/support/traces';
import { describeWith } from '../support/capabilities';
import { KIT, tryDocument, withFile } from './kit';

jest.setTimeout(120_000);
afterEach(endStarted);

const rendered = (name: string): string => renderDocument(join(import.meta.dirname, '../../ssm-documents', name));

describeWith(KIT, 'the test kit and our documents', () => {
  test.each(['filesystem', 'template'])('%s passes all that applies', async (name) => {
    const report = await tryDocument(`${name}.yaml`, rendered(name));

    expect({ fail: report.of('fail'), untried: report.of('not tried') }).toEqual({ fail: [], untried: [] });
    expect(report.of('not applicable')).toEqual(['lock']);
    expect(report).toMatchObject({ code: 0, ok: true });
  });

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
