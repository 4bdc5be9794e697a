import type { Step } from '../../../lambda/core/execution/decide';
import type { Attempt } from '../../../lambda/core/execution/facts';
import { type Retry, retryOf } from '../../../lambda/core/execution/retry';
import * as f from './fixtures';

const BEGIN: Step = { do: 'begin', attempt: 2, pause: false };
const POST: Step = { do: 'send-post', outcome: 'created', recovery: false };

type Row = readonly [what: string, step: Step, attempt: Partial<Attempt> | undefined, retry: Retry | undefined];
test.each<Row>([
  ['the first attempt is none', BEGIN, undefined, undefined],
  ['after a pre-script that failed', BEGIN, { pre: f.failed(206) }, { stage: 'pre', attempt: 2, after: 206 }],
  ['after one that timed out', BEGIN, { pre: f.timedOut(), posts: [f.succeeded()] }, { stage: 'pre', attempt: 2, after: 201 }],
  [
    'after a refusal',
    BEGIN,
    { pre: f.refused, refusal: { why: 'foreign-freeze', detail: '' } },
    { stage: 'pre', attempt: 2, after: 'foreign-freeze' },
  ],
  [
    'after CreateSnapshots',
    BEGIN,
    { pre: f.succeeded(), set: f.createFailed, posts: [f.succeeded()] },
    { stage: 'pre', attempt: 2, after: 'create-failed' },
  ],
  ['the first post-script is none', POST, { pre: f.succeeded(), set: f.created }, undefined],
  ['a post-script again', POST, { pre: f.succeeded(), set: f.created, posts: [f.failed(202)] }, { stage: 'post', attempt: 1, after: 202 }],
  ['another step is none', { do: 'close' }, { pre: f.failed(206) }, undefined],
])('%s', (_what, step, attempt, retry) => {
  expect(retryOf(step, { attempts: attempt === undefined ? [] : [f.attempt(attempt)] })).toEqual(retry);
});
