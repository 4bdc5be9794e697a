import { randomUUID } from 'node:crypto';
import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'commands that come twice, late, or at once', () => {
  test(
    'pre twice: the same answer, and one freeze',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt();
      const first = await host.run('filesystem', pre);
      const guardian = await host.guardian(id);

      expect((await host.run('filesystem', pre)).stdout).toBe(first.stdout);
      expect(await host.guardian(id)).toBe(guardian);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'pre twice at once: both get the answer of the first',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { pre, post } = attempt();
      const [one, two] = await Promise.all([host.run('filesystem', pre), host.run('filesystem', pre)]);

      expect(one).toMatchObject({ code: 0, line: { result: 'held' } });
      expect(two.stdout).toBe(one.stdout);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'pre again after its auto-thaw is no success',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre } = attempt({ autoThawSeconds: '3' });
      await host.run('filesystem', pre);
      await host.untilPhase(id, 'auto-thawed');

      expect(await host.run('filesystem', pre)).toMatchObject({ code: 201, line: { result: 'failed', filesystems: [{ held: false }] } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'a pre that was refused with 204 stays refused when it is delivered again',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const first = attempt();
      const second = attempt();
      await host.run('filesystem', first.pre);
      await host.run('filesystem', second.pre);
      await host.run('filesystem', first.post);

      expect(await host.run('filesystem', second.pre)).toMatchObject({ code: 204 });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'post twice: the same answer',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { pre, post } = attempt();
      await host.run('filesystem', pre);
      const first = await host.run('filesystem', post);

      const second = await host.run('filesystem', post);
      expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    }),
  );

  test.each([
    ['its own freeze', true],
    ['nothing', false],
  ])('a late pre is refused after its post released %s', (_, held) =>
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { pre, post } = attempt();
      if (held) await host.run('filesystem', pre);
      await host.run('filesystem', post);

      expect(await host.run('filesystem', pre)).toMatchObject({
        code: 201,
        line: { error: 'this attempt has had its post-script already' },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
    })(),
  );

  test(
    'a post while pre still quiesces: pre gives up, nothing is held',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'touch /run/app/quiescing; session_open cat; session_expect "^never$" 30');
      const { pre, post } = attempt();
      const begun = await host.begin('scripted', pre);
      await until('quiescing', async () => (await host.sh('ls /run/app/quiescing')).code === 0);

      expect(await host.run('scripted', post)).toMatchObject({ code: 205, line: { result: 'not-held' } });
      expect(await begun.answer).toMatchObject({ code: 201, line: { result: 'failed' } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'a pre past its deadline does not begin; one before it does',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const now = Math.floor(Date.now() / 1000);

      expect(await host.run('filesystem', attempt({ deadline: String(now - 1) }).pre)).toMatchObject({
        code: 201,
        line: { result: 'failed' },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
      const intime = attempt({ deadline: String(now + 60) });
      expect(await host.run('filesystem', intime.pre)).toMatchObject({ code: 0 });
      expect(await host.run('filesystem', intime.post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    'two attempts at once: one holds, the other is told so',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const [one, two] = [attempt(), attempt()];
      const answers = await Promise.all([host.run('filesystem', one.pre), host.run('filesystem', two.pre)]);

      expect(answers.map(({ code }) => code).sort()).toEqual([0, 204]);
      const posts = await Promise.all([host.run('filesystem', one.post), host.run('filesystem', two.post)]);
      expect(posts.map(({ code }) => code).sort()).toEqual([0, 205]);
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'after a restart of the host, post says 205 rebooted',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt();
      await host.run('filesystem', pre);
      await host.must(`kill ${await host.guardian(id)}`);
      await host.untilPhase(id, 'auto-thawed');
      await host.must(`echo ${randomUUID()} >/run/boot-id && mount --bind /run/boot-id /proc/sys/kernel/random/boot_id`);

      expect(await host.run('filesystem', post)).toMatchObject({ code: 205, line: { result: 'rebooted' } });
      expect(await host.run('filesystem', attempt().pre)).toMatchObject({ code: 0 }); // what was held in the other boot is no hindrance
    }),
  );

  test(
    'an id of None is for use by hand: it can be used again',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      for (const _ of [1, 2]) {
        expect(await host.run('filesystem', { command: 'pre-script' })).toMatchObject({ code: 0, line: { executionId: 'None' } });
        expect(await host.run('filesystem', { command: 'pre-script' })).toMatchObject({ code: 204 });
        expect(await host.frozen('/srv/data')).toBe(true);
        expect(await host.run('filesystem', { command: 'post-script' })).toMatchObject({ code: 0 });
      }
    }),
  );
});
