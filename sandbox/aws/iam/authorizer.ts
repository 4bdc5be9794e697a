import { type Account, arnOf } from '../account';
import { type Check, type Context, isKnownKey } from './check';
import { type Decision, decide } from './decide';
import type { Policies, RolePolicies } from './policies';
import { describeRefusal } from './refusal';
import { type Principal, parsePolicyDocument, type Statement } from './statement';

/** A check that was allowed: one line of rights.jsonl, once for each caller, statement, action and resource. */
export interface UsedRight extends Check {
  readonly caller: string;
  /** The statement that allowed it. */
  readonly statement: string;
}

/** IAM of the sandbox's account. */
export interface Authorizer {
  /**
   * Why the caller may not do all of this, naming the first right that it lacks; undefined when it may. `region`: the one that the
   * call went to, the account's unless told.
   */
  refusal(caller: Caller, checks: readonly Check[], region?: string): string | undefined;
}

/** A role of the stack by its logical id, an instance by its own, the sandbox's user, or a service of AWS. */
export type Caller = string;

/** The CLI, tests, whoever keeps a sandbox: an administrator, with credentials of its own. */
export const USER = 'user';

const ADMINISTRATOR = parsePolicyDocument({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, 'AdministratorAccess');

const SERVICE = /^[a-z]+\.amazonaws\.com$/;

/** What every check carries: the endpoint's loopback stands for AWS's TLS. */
const commonContext = (region: string): Context => ({ 'aws:RequestedRegion': [region], 'aws:SecureTransport': ['true'] });

export const createAuthorizer = (
  account: Account,
  policies: () => Policies,
  record: (used: UsedRight) => void,
  profiles: ReadonlyMap<string, RolePolicies> = new Map(),
): Authorizer => {
  const recorded = new Set<string>();
  const identities = (caller: Caller): { readonly principal: Principal; readonly statements: readonly Statement[] } => {
    if (SERVICE.test(caller)) return { principal: { service: caller }, statements: [] };
    if (caller === USER) return { principal: { arn: `arn:aws:iam::${account.accountId}:user/sandbox` }, statements: ADMINISTRATOR };
    const role = policies().roles.get(caller) ?? profiles.get(caller);
    return { principal: { arn: role?.arn ?? caller }, statements: role?.statements ?? [] };
  };
  /** A call with the credentials of an instance's profile says which instance it comes from. */
  const instanceContext = (caller: Caller): Context =>
    profiles.has(caller) ? { 'ec2:SourceInstanceARN': [arnOf(account, 'ec2', `instance/${caller}`)] } : {};
  const remember = (caller: Caller, check: Check, { source }: Statement): void => {
    const key = JSON.stringify([caller, source, check.action, check.resource]);
    if (recorded.has(key) || caller === USER) return;
    recorded.add(key);
    record({ caller, statement: source, ...check });
  };
  const decideOn = (caller: Caller, check: Check): Decision => {
    const { principal, statements } = identities(caller);
    return decide([...statements, ...(policies().resources.get(check.resource) ?? [])], principal, check);
  };
  return {
    refusal: (caller, checks, region = account.region) => {
      for (const given of checks) {
        const check = { ...given, context: { ...commonContext(region), ...instanceContext(caller), ...given.context } };
        const strange = Object.keys(check.context).find((key) => !isKnownKey(key));
        if (strange !== undefined) throw new Error(`a check of ${check.action} carries the unknown condition key ${strange}`);
        const decision = decideOn(caller, check);
        if (!decision.allowed) return describeRefusal(caller, check, decision);
        remember(caller, check, decision.by);
      }
      return undefined;
    },
  };
};
