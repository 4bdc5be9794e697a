import { randomUUID } from 'node:crypto';
import { said } from '../command';
import { judge, must } from '../line';
import { LINES } from '../lines';
import type { Scenario } from '../scenario';

/** Exit codes of DLM's contract. */
export const AUTO_THAWED = 203;
export const POST_EXPECTED = 204;
const PRE_EXPECTED = 205;

export const preTwice: Scenario = {
  lines: [LINES.preTwice],
  run: async (bench) => [
    await judge(LINES.preTwice, async () => {
      const id = await bench.hold();
      const other = await bench.send('pre-script', randomUUID());
      must(other.code === POST_EXPECTED, `another attempt’s pre-script ${said(other)}, not with 204`);
      await bench.mustHold('after another attempt’s pre-script');
      const again = await bench.send('pre-script', id);
      must(again.code === 0 || again.code === POST_EXPECTED, `the same pre-script again ${said(again)}, not with 0 or 204`);
      await bench.mustHold('after the same pre-script again');
      const post = await bench.send('post-script', id);
      must(post.code === 0, `the first attempt’s post-script ${said(post)}`);
      await bench.mustBeFree('after the first attempt’s post-script');
      return `another attempt’s is told 204, the same one’s ${again.code}`;
    }),
  ],
};

export const postTwice: Scenario = {
  lines: [LINES.postTwice],
  run: async (bench) => [
    await judge(LINES.postTwice, async () => {
      const alone = await bench.send('post-script', randomUUID());
      must(alone.code === PRE_EXPECTED, `without a pre-script it ${said(alone)}, not with 205`);
      const id = await bench.hold();
      const first = await bench.send('post-script', id);
      must(first.code === 0, `the first time it ${said(first)}`);
      const again = await bench.send('post-script', id);
      must(again.code === 0 || again.code === PRE_EXPECTED, `a second time it ${said(again)}, not with 0 or 205`);
      const next = await bench.hold();
      await bench.mustHold('in the next attempt');
      const end = await bench.send('post-script', next);
      must(end.code === 0, `the next attempt’s post-script ${said(end)}`);
      await bench.mustBeFree('in the end');
      return `without a pre-script 205, a second time ${again.code}`;
    }),
  ],
};

export const foreignPost: Scenario = {
  lines: [LINES.foreignPost],
  run: async (bench) => [
    await judge(LINES.foreignPost, async () => {
      const id = await bench.hold();
      const foreign = await bench.send('post-script', randomUUID());
      await bench.mustHold('after another attempt’s post-script');
      must(foreign.code === PRE_EXPECTED, `another attempt’s post-script ${said(foreign)}, not with 205`);
      const own = await bench.send('post-script', id);
      must(own.code === 0, `its own post-script ${said(own)}`);
      await bench.mustBeFree('after its own post-script');
      return 'another attempt’s post-script is told 205 and ends nothing';
    }),
  ],
};
