import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

/** Each defect is one of the sample documents that AWS publishes; ours must not have it. */
describeWith(['mount-namespaces', 'loop-devices', 'ext4', 'xfs'], 'defects of published documents', () => {
  test(
    '2: a failure at the last mount leaves none frozen, and the guardian is armed before the first',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await host.volume({ mount: '/srv/b', type: 'xfs' });
      await host.volume({ mount: '/srv/c' });
      await host.must('fsfreeze -f /srv/a'); // the last in the order of freezing: it makes the document fail there
      const { id, pre } = attempt();

      expect(await host.run('filesystem', pre)).toMatchObject({ code: 204, line: { result: 'failed', thawedBy: 'auto-thaw' } });
      expect(await host.frozen('/srv/b')).toBe(false);
      expect(await host.frozen('/srv/c')).toBe(false);
      const journal = await host.must(`cat /run/stillpoint/attempts/${id}/journal`);
      expect(journal).toMatch(/phase=armed[^]*frozen\.0/);
    }),
  );

  test(
    '3: a bind mount is not a second filesystem',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must(
        'mkdir -p /srv/data/inner /srv/bound && mount --bind /srv/data/inner /srv/bound && mkdir /srv/again && mount --bind /srv/data /srv/again',
      );
      const { pre, post } = attempt();

      const held = await host.run('filesystem', pre);
      expect(held).toMatchObject({ code: 0 });
      expect(held.line?.filesystems.map(({ mount }) => mount)).toEqual(['/srv/data']);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    '5: lsblk and findmnt are not used at all',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.must('printf "#!/bin/sh\\ntouch /run/used\\nexit 1\\n" >/run/old && chmod 755 /run/old');
      await host.must(
        'for tool in lsblk findmnt systemctl systemd-run; do path=$(command -v $tool) && mount --bind /run/old "$path"; done; true',
      );
      const { pre, post } = attempt();

      expect(await host.run('filesystem', pre)).toMatchObject({ code: 0, line: { filesystems: [{ held: true }] } });
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
      expect((await host.sh('ls /run/used')).code).not.toBe(0);
    }),
  );

  test(
    '6: mount options are as before: nothing is remounted',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a', options: 'rw,strictatime,nodev' });
      await host.volume({ mount: '/srv/b', type: 'xfs' });
      const table = () => host.must('cat /proc/self/mountinfo');
      const before = await table();
      const { pre, post } = attempt();

      await host.run('filesystem', pre);
      expect(await table()).toBe(before);
      await host.run('filesystem', post);
      expect(await table()).toBe(before);
    }),
  );

  test(
    '7: after an auto-thaw, post says 203, and all filesystems and the application were released',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await host.volume({ mount: '/srv/b' });
      await host.hook('quiesce', ':');
      await host.hook('release', 'echo "$1" >>/run/app/released');
      const { id, pre, post } = attempt({ autoThawSeconds: '3' });
      await host.run('scripted', pre);
      await host.untilPhase(id, 'auto-thawed');

      expect(await host.frozen('/srv/a')).toBe(false);
      expect(await host.frozen('/srv/b')).toBe(false);
      expect(await host.must('cat /run/app/released')).toBe('unknown');
      expect(await host.run('scripted', post)).toMatchObject({ code: 203, line: { result: 'auto-thawed' } });
    }),
  );

  test(
    '8: the guardian outlives its script: killed with its whole group right after the freeze, it thaws',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      // The pre-script is stopped before it can see the end, and then killed as the agent kills.
      await host.hook('coordinates', 'kill -STOP "${PRE% *}"');
      const { id, pre } = attempt({ autoThawSeconds: '5' });
      const command = await host.begin('scripted', pre);
      await host.untilPhase(id, 'held');
      expect(await host.frozen('/srv/data')).toBe(true);

      command.kill();
      await command.answer;
      await host.untilPhase(id, 'auto-thawed');
      expect(await host.frozen('/srv/data')).toBe(false);
      await until('no process', async () => (await host.processes()).length === 0);
    }),
  );

  test(
    '10: /data/bootstrap is data; a boot folder is not; a path with a space is one path',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/bootstrap' });
      await host.volume({ mount: '/srv/boot' });
      await host.volume({ mount: '/srv/boot/efi' });
      await host.volume({ mount: '/srv/two words' });
      const { pre, post } = attempt();

      const held = await host.run('filesystem', pre);
      expect(held.code).toBe(0);
      expect(held.line?.filesystems.map(({ mount }) => mount)).toEqual(['/srv/two words', '/srv/bootstrap']);
      expect(await host.frozen('/srv/two words')).toBe(true);
      expect(await host.frozen('/srv/boot')).toBe(false);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
    }),
  );

  test(
    '10: data on the root filesystem is not skipped without a word',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'echo /etc; echo /srv/data');
      await host.hook('quiesce', ':');
      const { pre, post } = attempt();

      const held = await host.run('scripted', pre);
      expect(held).toMatchObject({ code: 0, line: { application: { name: 'scripted', quiesced: true } } });
      expect(held.line?.filesystems).toMatchObject([
        { mount: '/srv/data', held: true },
        { mount: '/', held: false, reason: 'root' },
      ]);
      expect(held.stderr).toContain('not frozen: / ');
      expect((await host.run('scripted', post)).line?.filesystems).toMatchObject([{ held: true }, { held: false, reason: 'root' }]);
    }),
  );

  test(
    '10: executionId counts: a post-script of another attempt touches nothing',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const mine = attempt();
      await host.run('filesystem', mine.pre);

      expect(await host.run('filesystem', attempt().post)).toMatchObject({ code: 205, line: { result: 'not-held' } });
      expect(await host.frozen('/srv/data')).toBe(true);
      expect(await host.run('filesystem', mine.post)).toMatchObject({ code: 0 });
    }),
  );
});
