import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

const QUIESCE = 'session_open cat && session_send locked && session_expect "^locked$" 5';
/** The client's process id: the guardian's child that is a cat. */
const CLIENT =
  'for p in /proc/[0-9]*; do read -r name <"$p/comm" && [[ $name == cat ]] && echo "${p#/proc/}"; done 2>/dev/null | head -n 1';

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'an application that did not stay held', () => {
  test(
    'a session that ended during the hold: 203, nothing counts as held, and the rest of the release is done',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', QUIESCE);
      await host.hook('release', 'session_send unlock && session_expect "^unlock$" 5 && echo "$1" >>/run/app/released');
      const { pre, post } = attempt({ outcome: 'created' });
      expect(await host.run('scripted', pre)).toMatchObject({ code: 0, line: { application: { quiesced: true } } });
      await host.must(`kill "$(${CLIENT})"`);

      const answer = await host.run('scripted', post);
      expect(answer).toMatchObject({
        code: 203,
        line: { result: 'failed', thawedBy: 'post', application: { quiesced: false }, filesystems: [{ held: false }] },
      });
      expect(answer.line?.error).toContain('the session has ended');
      expect(await host.frozen('/srv/data')).toBe(false);
      expect(await host.must('cat /run/app/released')).toBe('created');
      expect(await host.run('scripted', post)).toMatchObject({ code: 203 });
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'a lock that app_held misses: 203 with its sentence, and the session is ended',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', QUIESCE);
      await host.hook(
        'held',
        'fsfreeze -f /srv/data && fsfreeze -u /srv/data && touch /run/app/thawed; fail "the server has dropped the session"',
      );
      await host.hook('release', 'session_send unlock && session_expect "^never$" 5');
      const { pre, post } = attempt();
      await host.run('scripted', pre);

      const answer = await host.run('scripted', post);
      expect(answer).toMatchObject({ code: 203, line: { result: 'failed', application: { quiesced: false } } });
      expect(answer.line?.error).toContain('the server has dropped the session');
      await host.must('ls /run/app/thawed'); // asked after the thaw
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    'app_held that agrees changes nothing',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', QUIESCE);
      await host.hook('held', 'session_send still && session_expect "^still$" 5');
      await host.hook('release', 'session_send unlock && session_expect "^unlock$" 5');
      const { pre, post } = attempt();
      await host.run('scripted', pre);
      expect(await host.run('scripted', post)).toMatchObject({ code: 0, line: { result: 'released', application: { quiesced: true } } });
    }),
  );

  test(
    'a release that finds the hold lost: 203',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('release', 'hold_lost "it went on by itself"');
      const { pre, post } = attempt();
      await host.run('scripted', pre);
      expect(await host.run('scripted', post)).toMatchObject({
        code: 203,
        line: { result: 'failed', error: 'the application was not held until the post-script: it went on by itself' },
      });
    }),
  );

  test(
    'a session that ends while the filesystems are being frozen fails the pre-script',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'session_open head -n 1 && session_send locked && session_expect "^locked$" 5; wait "$SESSION_PID"; :');
      expect(await host.run('scripted', attempt().pre)).toMatchObject({ code: 201, line: { result: 'failed' } });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );

  test(
    'a killed guardian: what does not end with it is released by the post-script',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', 'touch /run/app/suspended');
      await host.hook('release', '[[ ! -e /run/app/refuse ]] || fail "not now" || return; rm -f /run/app/suspended');
      const { id, pre, post } = attempt();
      await host.run('scripted', pre);
      await host.must(`kill -KILL ${await host.guardian(id)}; touch /run/app/refuse`);

      expect(await host.run('scripted', post)).toMatchObject({ code: 202, line: { error: expect.stringContaining('not now') } });
      await host.must('rm /run/app/refuse');
      expect(await host.run('scripted', post)).toMatchObject({ code: 203, line: { result: 'failed' } });
      expect((await host.sh('ls /run/app/suspended')).code).not.toBe(0);
    }),
  );
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'data on the root filesystem', () => {
  const ROOT = { mount: '/', held: false, reason: 'root' };

  test.each([
    ['a write lock', 'hold_write_locked', true],
    ['another quiesce', ':', undefined],
  ])('is written back under %s, told, and not frozen', (_, quiesce, writeLocked) =>
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'echo /srv/data; echo /opt');
      await host.hook('quiesce', quiesce);
      const { pre, post } = attempt();
      for (const command of [pre, post]) {
        const answer = await host.run('scripted', command);
        expect(answer).toMatchObject({ code: 0, line: { application: { quiesced: true } } });
        expect(answer.line?.application.writeLocked).toBe(writeLocked);
        expect(answer.line?.filesystems).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ ...ROOT, synced: true }),
            expect.objectContaining({ mount: '/srv/data', held: true }),
          ]),
        );
      }
    })(),
  );

  test(
    'is not claimed to be written back when that failed',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'echo /srv/data; echo /opt');
      await host.hook('quiesce', 'hold_write_locked');
      await host.must(
        `printf '#!/bin/sh\\n[ "$1" != -f ]\\n' >/run/sync; chmod 755 /run/sync; mount --bind /run/sync "$(command -v sync)"`,
      );
      const answer = await host.run('scripted', attempt().pre);
      expect(answer.line?.filesystems.find(({ mount }) => mount === '/')).toEqual(expect.not.objectContaining({ synced: true }));
    }),
  );
});
