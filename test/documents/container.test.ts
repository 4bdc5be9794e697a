import { describeWith } from '../support/capabilities';
import { attempt, type Host, onHost } from './support/host';
import { until } from './support/process';

jest.setTimeout(60_000);

/** Stands in for docker: `exec [-i] NAME COMMAND...` and `inspect NAME`, for a container that is a mount namespace with a root of its own. */
const DOCKER = `#!/bin/bash
verb=$1; shift; [[ $1 != -i ]] || shift
[[ $1 == db ]] || { echo "Error: No such container: $1" >&2; exit 1; }
pid=$(</run/container.pid); shift
case $verb in
  inspect) printf '[ { "State": { "Running": true, "Pid": %s } } ]\\n' "$pid" ;;
  exec) exec nsenter -t "$pid" -m -r -w -- "$@" ;;
esac`;

/** A container with the folder of a volume at /var/lib/db, as a bind mount. */
const container = async (host: Host): Promise<void> => {
  await host.must(`printf '%s\\n' '${DOCKER.replaceAll("'", "'\\''")}' >/usr/local/bin/docker; chmod 755 /usr/local/bin/docker`);
  await host.must(`mkdir -p /srv/root /srv/data/db
    cat >/var/container <<'END'
mount --rbind / /srv/root; mkdir -p /srv/root/var/lib/db; mount --bind /srv/data/db /srv/root/var/lib/db
echo $BASHPID >/run/container.pid; exec chroot /srv/root sleep 600
END
    setsid unshare --mount --propagation private bash /var/container </dev/null >/dev/null 2>&1 & :`);
  await until('the container runs', async () => (await host.sh('cat "/proc/$(</run/container.pid)/comm"')).stdout === 'sleep\n');
};

const FIND = 'container_find db || return "$NOT_READY"';

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'an application in a container', () => {
  test(
    'is frozen by its path in there, and held by a session in there',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.volume({ mount: '/srv/other' });
      await container(host);
      await host.hook('paths', `${FIND}; container_path /var/lib/db`);
      await host.hook('quiesce', `${FIND}; session_open "\${CONTAINER[@]}" cat && session_send locked && session_expect "^locked$" 5`);
      await host.hook('held', 'session_send still && session_expect "^still$" 5');
      const { pre, post } = attempt();
      const held = await host.run('scripted', pre);
      expect(held).toMatchObject({ code: 0, line: { application: { quiesced: true }, filesystems: [{ mount: '/srv/data', held: true }] } });
      expect(await host.frozen('/srv/other')).toBe(false);
      expect(await host.run('scripted', post)).toMatchObject({ code: 0, line: { result: 'released' } });
    }),
  );

  test(
    'that does not run: 206 with the reason',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('ready', 'container_find db');
      expect(await host.run('scripted', attempt().pre)).toMatchObject({
        code: 206,
        line: { error: 'container db is not running, or docker, podman or nerdctl can not tell' },
      });
    }),
  );

  test(
    'without a name the same hooks serve the host itself',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('paths', 'container_find "" && container_path /srv/data');
      await host.hook(
        'quiesce',
        'container_find "" && session_open "${CONTAINER[@]}" cat && session_send locked && session_expect "^locked$" 5',
      );
      const { pre, post } = attempt();
      expect(await host.run('scripted', pre)).toMatchObject({ code: 0, line: { filesystems: [{ mount: '/srv/data', held: true }] } });
      expect(await host.run('scripted', post)).toMatchObject({ code: 0 });
    }),
  );
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'includePaths and excludePaths of an application', () => {
  test(
    'add to what it names, and take away from it without claiming that',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.volume({ mount: '/srv/archive' });
      await host.volume({ mount: '/srv/other' });
      await host.hook('paths', 'echo /srv/data');
      await host.hook('quiesce', ':');
      const wider = attempt({ includePaths: '/srv/archive' });
      const held = await host.run('scripted', wider.pre);
      expect(held.line?.filesystems.map(({ mount }) => mount).sort()).toEqual(['/srv/archive', '/srv/data']);
      await host.run('scripted', wider.post);

      const less = attempt({ excludePaths: '/srv/data' });
      expect(await host.run('scripted', less.pre)).toMatchObject({
        code: 0,
        line: { filesystems: [{ mount: '/srv/data', held: false, reason: 'excluded' }] },
      });
      await host.run('scripted', less.post);
    }),
  );
});
