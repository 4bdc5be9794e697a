import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../support/capabilities';
import { attempt, onHost } from './support/host';

jest.setTimeout(60_000);

const STATE = join(import.meta.dirname, '../../ssm-documents/runtime/state.sh');

/** A file's size limit stands for a full /run: what fits is written, the rest is not. Giving up the reserve lifts it. */
const afterShortWrite = (journalBytes: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  const script = `STILLPOINT_ROOT=$1 PARAM_EXECUTION_ID=None
    source ${STATE}
    rm() { ulimit -S -f unlimited; }
    mkdir -p "$ATTEMPT"
    printf 'fill=%0*d\\n' ${journalBytes - 6} 0 >"$ATTEMPT/journal"
    trap '' XFSZ
    ulimit -S -f 1
    journal phase held 2>/dev/null
    journal_read None && echo "\${J[phase]}" "\${#J[fill]}"`;
  try {
    return execFileSync('bash', ['-c', script, 'state', folder], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('the journal', () => {
  test.each([1020, 1024])('has a line whole that fitted only in part behind %i bytes', (bytes) => {
    expect(afterShortWrite(bytes)).toBe(`held ${bytes - 6}\n`);
  });
});

describeWith(['mount-namespaces', 'loop-devices', 'ext4'], 'state that was only half written', () => {
  test(
    'an answer without its code is none',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      const { id, pre, post } = attempt();
      await host.run('filesystem', pre);
      await host.must(`: >/run/stillpoint/attempts/${id}/pre.code`);
      expect(await host.run('filesystem', pre)).toMatchObject({ code: 201, line: { result: 'failed' } });

      expect(await host.run('filesystem', post)).toMatchObject({ code: 0 });
      await host.must(`: >/run/stillpoint/attempts/${id}/post.code`);
      expect(await host.run('filesystem', post)).toMatchObject({ code: 0, line: { result: 'released' } });
    }),
  );

  test(
    'a list of filesystems that does not fit into /run is a failure, and not a shorter list',
    onHost(async (host) => {
      await host.volume({ mount: '/srv/data' });
      await host.hook('quiesce', ':');
      await host.hook('ready', 'cat /dev/zero >/run/fill 2>/dev/null || :');
      await host.must('mount -o remount,size=4M /run');
      expect(await host.run('scripted', attempt().pre)).toMatchObject({
        code: 201,
        line: { error: '/run/stillpoint can not be written: is /run full?' },
      });
      expect(await host.frozen('/srv/data')).toBe(false);
    }),
  );
});
