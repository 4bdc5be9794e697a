import * as z from 'zod/mini';
import { describeRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { describeFields, describePage, refuseDryRun } from './describe';
import { type Attributes, matchesFilters } from './filters';
import type { Ec2, ImageRecord } from './state';

const schema = z.object({
  ...describeFields,
  Owner: z.optional(z.array(z.string())),
  /** Disabled images are left out unless they are asked for. */
  IncludeDisabled: z.optional(z.enum(['true', 'false'])),
});

export const describeImages = (ec2: Ec2) =>
  operation(schema, describeRights, (input, { region }) => {
    refuseDryRun(input.DryRun);
    const matching = [...ec2.state.images.values()].filter(
      (image) =>
        image.region === region &&
        (image.state === 'available' || input.IncludeDisabled === 'true') &&
        matchesFilters(input.Filter, attributesOf(image)),
    );
    const page = describePage(ec2, matching, input, undefined);
    return { imagesSet: page.items.map((image) => item(ec2, image)), nextToken: page.token };
  });

const attributesOf = ({ id, state, snapshotIds }: ImageRecord): Attributes => {
  const known: Readonly<Record<string, readonly string[]>> = {
    'image-id': [id],
    state: [state],
    'block-device-mapping.snapshot-id': snapshotIds,
  };
  return (name) => known[name];
};

const item = ({ account }: Ec2, { id, state, snapshotIds }: ImageRecord) => ({
  imageId: id,
  imageState: state,
  imageOwnerId: account.accountId,
  blockDeviceMapping: snapshotIds.map((snapshotId) => ({ deviceName: '/dev/xvda', ebs: { snapshotId } })),
});
