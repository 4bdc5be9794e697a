/** Whose the sandbox is. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** The ARN of a resource in the account and region. */
export const arnOf = (account: Account, service: string, resource: string): string =>
  `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`;

/** Snapshots carry no account id in their ARN. */
export const snapshotArn = (account: Account, id: string): string => `arn:aws:ec2:${account.region}::snapshot/${id}`;
