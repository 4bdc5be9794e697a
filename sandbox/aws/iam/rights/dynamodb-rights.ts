import { type Account, arnOf } from '../../account';
import type { Call } from '../../operation';
import type { Check } from '../check';

/**
 * DynamoDB's calls are checked on their table, each by its own name: AWS's service authorization reference. Its condition keys
 * (`dynamodb:LeadingKeys`, `dynamodb:Attributes` and so on) stand in no policy of the template, and no check carries them.
 */
export const tableRights =
  (account: Account) =>
  ({ TableName }: { readonly TableName: string }, call: Call): readonly Check[] => [
    {
      action: `dynamodb:${call.action}`,
      resource: arnOf({ ...account, region: call.region }, 'dynamodb', `table/${TableName}`),
      context: {},
    },
  ];
