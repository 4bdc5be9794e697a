import { isOwnCopy } from '../../lambda/aws/ec2-copies';
import { COPY_TAG } from '../../lambda/core/snapshot-tags';

const HOME = 'eu-west-1';
const TAGS = [{ Key: COPY_TAG.sourceSnapshot, Value: 'snap-1' }];

it.each<[string, Parameters<typeof isOwnCopy>[0], boolean]>([
  ['one that the function began', { Description: 'Stillpoint copy of snap-1 from eu-west-1', Tags: TAGS }, true],
  ['a copy of it that somebody made, with all tags', { Description: '[Copied snap-9 from eu-central-1]', Tags: TAGS }, false],
  ['one that does not say any more what it is of', { Description: 'Stillpoint copy of snap-1 from eu-west-1', Tags: [] }, false],
  ['one of another region', { Description: 'Stillpoint copy of snap-1 from us-east-1', Tags: TAGS }, false],
])('%s', (_what, snapshot, expected) => {
  expect(isOwnCopy(snapshot, HOME)).toBe(expected);
});
