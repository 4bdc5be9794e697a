import type { BrakesTable } from '../brakes/brakes-table';
import type { OutgoingEvent } from '../core/event/common';
import type { MetricValues } from '../core/metric-names';
import type { Instance } from '../core/plan-targets';
import type { Policy, Tag } from '../core/policy/policy-schema';
import type { AgentFacts, InstanceFacts, PastSet, RightsFacts } from '../core/preflight/facts';
import type { Clock, Commands, CreateRequest, Documents } from '../worker/ports';

/** EC2, looked at only: the set is asked for with DryRun. */
export interface PreflightEc2 {
  /** Instances with this tag, as the planner finds them. */
  findInstances(tag: Tag): Promise<readonly Instance[]>;
  /** Undefined: no such instance. */
  instance(instanceId: string): Promise<InstanceFacts | undefined>;
  mayCreateSet(request: Omit<CreateRequest, 'description'>): Promise<RightsFacts>;
  lastSet(policyId: string, instanceId: string): Promise<PastSet | undefined>;
}

/** What a preflight needs of the world. Of commands it sends none but a document's dry-run. */
export interface PreflightPorts {
  readonly policies: ReadonlyMap<string, Policy>;
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  readonly brakes: Pick<BrakesTable, 'stopSwitch' | 'policy' | 'state'>;
  readonly ec2: PreflightEc2;
  /** Never throws. */
  agent(instanceId: string): Promise<AgentFacts>;
  readonly documents: Documents;
  readonly commands: Commands;
  readonly clock: Clock;
  /** Milliseconds that this invocation has left. */
  remainingMs(): number;
  publish(events: readonly OutgoingEvent[]): Promise<void>;
  recordMetrics(policyId: string, counts: MetricValues): void;
  log(level: 'info' | 'warn', message: string, fields: object): void;
}
