import { findInstances } from '../aws/ec2-instances';
import { findOwnSnapshots } from '../aws/ec2-own-snapshots';
import { logger } from '../aws/logger';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { type SweepPorts, sweepPolicies } from './sweep-policies';

const ports: SweepPorts = {
  policies: loadPolicies(),
  findInstances: (tag) => findInstances(tag),
  findSnapshots: (policyId) => findOwnSnapshots(policyId),
  recordMetrics,
  log: (level, message, fields) => logger[level](message, { ...fields }),
  now: () => new Date(),
};

/** Called by a rule every hour, asynchronously. It only looks, so that a second call does no harm. */
export const handler = (): Promise<void> => sweepPolicies(ports);
