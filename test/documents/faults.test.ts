import { describeWith } from '../support/capabilities';
import { hinder } from './support/hinder';
import { attempt, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'when the kernel or a tool does not do its part', () => {
  test(
    'a thaw that fails does not keep the others frozen, is told, and is tried again by the next post',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await host.volume({ mount: '/srv/b' });
      await hinder(
        host,
        '[[ $1 != -u || ! -e /run/refuse || $(stat -L -c %d "$2") != $(</run/refuse) ]] || { echo "thaw failed: Input/output error" >&2; exit 1; }',
      );
      const { pre, post } = attempt();
      await host.run('filesystem', pre);
      await host.must('stat -c %d /srv/a >/run/refuse');

      expect(await host.run('filesystem', post)).toMatchObject({
        code: 202,
        line: { result: 'failed', error: expect.stringContaining('/srv/a can not be thawed') },
      });
      expect(await host.frozen('/srv/b')).toBe(false);
      await host.must('rm /run/refuse');
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0, line: { result: 'released' } });
      expect(await host.frozen('/srv/a')).toBe(false);
    }),
  );

  test(
    'a thaw that failed goes on being tried after the deadline',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await hinder(host, '[[ $1 != -u || ! -e /run/refuse ]] || exit 1');
      await host.must('touch /run/refuse');
      const { id, pre, post } = attempt({ autoThawSeconds: '3' });
      await host.run('filesystem', pre);
      await host.untilPhase(id, 'stuck');
      await host.must('rm /run/refuse');

      await host.untilPhase(id, 'auto-thawed');
      expect(await host.frozen('/srv/a')).toBe(false);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 203 });
    }),
  );

  test(
    'a freeze that the kernel does not end in time is thawed as soon as it ends',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await host.volume({ mount: '/srv/b' });
      await hinder(
        host,
        'if [[ $1 == -f && -e /run/slow && $(stat -L -c %d "$2") == $(</run/slow) ]]; then until [[ ! -e /run/slow ]]; do sleep 0.02; done; fi',
      );
      await host.must('stat -c %d /srv/a >/run/slow');
      const { id, pre } = attempt({ autoThawSeconds: '3' });
      const command = await host.begin('filesystem', pre);
      await until('b is thawed', async () => (await host.journal(id, 'thawed.0')) !== '');
      await host.must('rm /run/slow');

      expect(await command.answer).toMatchObject({
        code: 201,
        line: { result: 'failed', error: expect.stringContaining('not held within 3 s') },
      });
      expect(await host.frozen('/srv/a')).toBe(false);
      expect(await host.frozen('/srv/b')).toBe(false);
    }),
  );

  test(
    'a freeze that only pretends to succeed is found out',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      await hinder(host, '[[ $1 != -f || ! -e /run/pretend ]] || exit 0');
      await host.must('touch /run/pretend');
      expect(await host.run('filesystem', attempt().pre)).toMatchObject({ code: 201, line: { result: 'failed' } });
    }),
  );

  test.each([
    ['autoThawSeconds', '601'],
    ['executionId', 'x'],
    ['deadline', 'soon'],
    ['outcome', 'maybe'],
  ])('a wrong %s that got past the service is refused', (name, value) =>
    onHost(async (host) => {
      await host.volume({ mount: '/srv/a' });
      const { pre, post } = attempt();
      expect(await host.run('filesystem', { ...pre, [name]: value })).toMatchObject({
        code: 201,
        line: { error: expect.stringContaining(name) },
      });
      expect(await host.run('filesystem', { ...post, [name]: value })).toMatchObject({
        code: 202,
        line: { error: expect.stringContaining(name) },
      });
      expect(await host.frozen('/srv/a')).toBe(false);
    })(),
  );
});
