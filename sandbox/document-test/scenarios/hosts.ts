import { randomUUID } from 'node:crypto';
import type { Bench } from '../bench';
import { said } from '../command';
import { judge, type Line, must, NotApplicable } from '../line';
import { LINES } from '../lines';
import type { Scenario } from '../scenario';
import { BIND_MOUNTS, OLD_FINDMNT, OLD_LSBLK, READ_ONLY, replaceProgram, SQUASHFS_MOUNT, SWAP } from '../shell';

/** A whole attempt on an instance where something is as samples don't expect it. What the line before it changed may be there, too. */
const onHost = (line: Line, seen: string, prepare: (bench: Bench) => Promise<unknown>): Scenario => ({
  lines: [line],
  run: async (bench) => [
    await judge(line, async () => {
      await prepare(bench);
      const id = await bench.hold();
      await bench.mustHold('after the pre-script');
      const post = await bench.send('post-script', id);
      must(post.code === 0, `the post-script ${said(post)}`);
      await bench.mustBeFree('after the post-script');
      return seen;
    }),
  ],
});

const or = (why: string) => async (bench: Bench, script: string) => {
  if (!(await bench.works(script))) throw new NotApplicable(why);
};

export const bindMounts = onHost(LINES.bind, 'with a filesystem mounted at three places, as without', (bench) =>
  bench.must(BIND_MOUNTS(bench.mounts[0] ?? '/data')),
);
export const swap = onHost(LINES.swap, 'with swap in lsblk’s list, as without', (bench) => or('no swap could be shown here')(bench, SWAP));
export const readOnly = onHost(LINES.readOnly, 'with an ext4 mounted read-only, as without', (bench) => bench.must(READ_ONLY));
export const squashfs = onHost(LINES.squashfs, 'with a squashfs, as without', (bench) =>
  or('the kernel here has no squashfs')(bench, SQUASHFS_MOUNT),
);

/** Holding is right, and so is an honest refusal; success with nothing frozen is not. */
export const oldTools: Scenario = {
  lines: [LINES.oldTools],
  run: async (bench) => [
    await judge(LINES.oldTools, async () => {
      await bench.must(replaceProgram('lsblk', OLD_LSBLK));
      await bench.must(replaceProgram('findmnt', OLD_FINDMNT));
      const answer = await bench.send('pre-script', randomUUID());
      must(answer.code !== undefined, `the pre-script ${said(answer)}`);
      if (answer.code === 0) {
        await bench.mustHold('although the pre-script told success');
        return 'lsblk without MOUNTPOINTS and JSON, findmnt without JSON: it holds';
      }
      await bench.mustBeFree('after a failed pre-script');
      return `it can’t freeze there, and says so: it ${said(answer)}`;
    }),
  ],
};
