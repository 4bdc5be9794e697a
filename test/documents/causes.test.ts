import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'the causes of a document', () => {
  test(
    '0: pre holds everything and post releases it, each with a result line',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt();

      const held = await host.run('filesystem', pre);
      expect(held).toMatchObject({ code: 0, line: { stage: 'pre', executionId: id, result: 'held', thawedBy: 'nobody' } });
      expect(await host.frozen('/srv/data')).toBe(true);

      const released = await host.run('filesystem', post);
      expect(released).toMatchObject({ code: 0, line: { stage: 'post', executionId: id, result: 'released', thawedBy: 'post' } });
      expect(released.line?.filesystems).toMatchObject([{ mount: '/srv/data', type: 'ext4', held: true, heldMs: expect.any(Number) }]);
      expect(released.line?.bootId).toBe(held.line?.bootId);
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    '201: nothing matched and no application was quiesced, never a success',
    onHost(async (host) => {
      const { pre } = attempt();
      expect(await host.run('filesystem', pre)).toMatchObject({ code: 201, line: { result: 'failed', filesystems: [] } });
      expect(await host.run('template', attempt().pre)).toMatchObject({ code: 201, line: { result: 'failed' } });
    }),
  );

  test(
    '201: the application can not be quiesced',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'fail "the lock is not given" || return 7');
      await host.hook('release', 'echo "$1" >>/run/app/released');
      const { pre } = attempt();

      expect(await host.run('scripted', pre)).toMatchObject({ code: 201, line: { result: 'failed', error: 'the lock is not given' } });
      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await host.must('cat /run/app/released')).toBe('failed'); // half a quiesce is undone
    }),
  );

  test(
    '202: the release fails; a further post tries again and succeeds',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('release', '[[ -e /run/app/mended ]] || fail "the unlock was refused"');
      const { pre, post } = attempt();
      await host.run('scripted', pre);

      const failed = await host.run('scripted', post);
      expect(failed).toMatchObject({ code: 202, line: { result: 'failed', error: 'the unlock was refused' } });
      expect(await host.frozen('/srv/data')).toBe(false); // the filesystem did not wait for the application

      await host.must('touch /run/app/mended');
      expect(await host.run('scripted', post)).toMatchObject({ code: 0, line: { result: 'released', thawedBy: 'post' } });
    }),
  );

  test(
    '203: the auto-thaw came before the post-script',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt({ autoThawSeconds: '3' });
      await host.run('filesystem', pre);
      await host.untilPhase(id, 'auto-thawed');

      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 203, line: { result: 'auto-thawed', thawedBy: 'auto-thaw' } });
    }),
  );

  test(
    '204: a post-script is expected for another attempt',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const first = attempt();
      const second = attempt();
      await host.run('filesystem', first.pre);

      expect(await host.run('filesystem', second.pre)).toMatchObject({ code: 204, line: { result: 'failed' } });
      expect(await host.frozen('/srv/data')).toBe(true);
      expect(await host.run('filesystem', first.post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    '205: no pre-script was run',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      expect(await host.run('filesystem', attempt().post)).toMatchObject({ code: 205, line: { result: 'not-held', thawedBy: 'nobody' } });
    }),
  );

  test(
    '206: the application is not ready',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('ready', 'fail "still starting"');
      const { pre, post } = attempt();

      expect(await host.run('scripted', pre)).toMatchObject({ code: 206, line: { result: 'failed', error: 'still starting' } });
      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await host.run('scripted', post)).toMatchObject({ code: 205 });
    }),
  );

  test(
    '206: the application finds out while it is being quiesced',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'fail "a statement has run for 9 s" || return "$NOT_READY"');

      expect(await host.run('scripted', attempt().pre)).toMatchObject({ code: 206, line: { error: 'a statement has run for 9 s' } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'no process is left after any of these',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', '[[ ! -e /run/app/refuse ]]');
      const { pre, post } = attempt();
      await host.run('scripted', pre);
      await host.run('scripted', post);
      await host.must('touch /run/app/refuse');
      await host.run('scripted', attempt().pre);

      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );
});
