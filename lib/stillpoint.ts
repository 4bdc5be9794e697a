import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Brakes } from './brakes';
import { BUILD_FOLDER } from './build-folder';
import type { FunctionBundle } from './bundle/function-code';
import type { FunctionName } from './bundle/function-names';
import { checkCopyRegions } from './check-copy-regions';
import { checkDocuments } from './check-documents';
import { ExecutionQueues } from './execution-queues';
import { InstancePolicy } from './instance-policy';
import { Lifecycle } from './lifecycle';
import { Monitoring } from './monitoring/monitoring';
import { Planner } from './planner';
import { policiesOf } from './policies';
import { checkPolicySizes } from './policy-sizes';
import type { PolicySource } from './policy-source';
import { Preflight } from './preflight';
import { Removal } from './removal';
import { Rescue } from './rescue';
import { ScheduleRules } from './schedule-rules';
import { SsmDocuments } from './ssm-documents';
import { Sweep } from './sweep';
import { VssInstancePolicy } from './vss-instance-policy';
import { Worker } from './worker';

/** Props of {@link Stillpoint}. */
export interface StillpointProps {
  /** The policies to run. A wrong one throws, with everything that is wrong in any of them. */
  readonly policies: PolicySource;
  /**
   * How many executions may run at once, 2 to 1,000: the pace, which AWS's request limits bound.
   * @default 20
   */
  readonly workerConcurrency?: number;
  /**
   * How many freezes may be under way at once in the account and region, over all policies, 1 to 1,000. A policy may have a lower limit of its own
   * (`Stillpoint.MaximumFreezes`).
   * @default - none beyond `workerConcurrency`, which bounds the executions themselves
   */
  readonly maximumFreezes?: number;
  /**
   * ARNs of the customer managed KMS keys of the targets' volumes, which the worker may use through EC2, and the
   * lifecycle function for copies in other regions. Not needed for the default EBS key: what is
   * encrypted under a key that is not named here is taken for that, and never shared.
   * @default - none
   */
  readonly volumeKeys?: readonly string[];
  /**
   * How long the functions' logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * ARN of an SNS topic that is told when an alarm begins and when it ends. A topic with a KMS key must let `cloudwatch.amazonaws.com` use it.
   * @default - alarms tell nobody, and are only seen
   */
  readonly alarmTopicArn?: string;
  /**
   * Where your people find `docs/runbook.md`: each alarm's description ends in this with the anchor of its entry.
   * @default "docs/runbook.md", its path in the repository and in the package
   */
  readonly runbookUrl?: string;
  /**
   * Folder that `build` wrote: `lambda/NAME/index.mjs` for each function, `ssm-documents/NAME.yaml` for each document.
   * @default - the one that the package brings along
   */
  readonly buildFolder?: string;
}

/**
 * Everything that a deployment consists of. One a region and account: documents have fixed names, and groups of instances are safe
 * only within one queue. A second one in a stack is refused.
 */
export class Stillpoint extends Construct {
  constructor(scope: Construct, id: string, props: StillpointProps) {
    super(scope, id);
    refuseSecond(this);
    const { logRetention = RetentionDays.THREE_MONTHS, buildFolder = BUILD_FOLDER, volumeKeys = [] } = props;
    const policies = policiesOf(props.policies);
    checkDocuments(this, policies);
    checkCopyRegions(this, policies);
    const deployed = policies.map((file) => file.policy);
    const bundle = (name: FunctionName): FunctionBundle => ({ folder: join(buildFolder, 'lambda', name), policies });
    const queues = new ExecutionQueues(this, 'Queues');
    const brakes = new Brakes(this, 'Brakes').table;
    const documents = new SsmDocuments(this, 'Documents', { folder: join(buildFolder, 'ssm-documents') });
    const removal = new Removal(this, 'Removal', { bundle: bundle('removal'), queues, brakes, logRetention });
    const instancePolicies = [new InstancePolicy(this, 'InstancePolicy'), new VssInstancePolicy(this, 'VssInstancePolicy')];
    const planner = new Planner(this, 'Planner', { bundle: bundle('planner'), queues, brakes, logRetention });
    const worker = new Worker(this, 'Worker', {
      bundle: bundle('worker'),
      queues,
      brakes,
      removal,
      logRetention,
      policies: deployed,
      volumeKeys,
      concurrency: props.workerConcurrency ?? 20,
      maximumFreezes: props.maximumFreezes ?? 0,
    });
    const rescue = new Rescue(this, 'Rescue', { bundle: bundle('rescue'), queues, brakes, logRetention });
    const preflight = new Preflight(this, 'Preflight', {
      bundle: bundle('preflight'),
      role: worker.role,
      policies: deployed,
      volumeKeys,
      logRetention,
    });
    const rules = new ScheduleRules(this, 'Rules', {
      policies,
      planner: planner.function,
      preflight: preflight.function,
      deadLetters: queues.unplannedRuns,
    });
    const sweep = new Sweep(this, 'Sweep', { bundle: bundle('sweep'), logRetention });
    const lifecycle = new Lifecycle(this, 'Lifecycle', {
      bundle: bundle('lifecycle'),
      policies: deployed,
      volumeKeys,
      logRetention,
    });
    const monitoring = new Monitoring(this, 'Monitoring', {
      policies,
      queues,
      lifecycleDeadLetters: lifecycle.deadLetters,
      logGroups: {
        planner: planner.logGroup,
        worker: worker.logGroup,
        rescue: rescue.logGroup,
        sweep: sweep.logGroup,
        lifecycle: lifecycle.logGroup,
        preflight: preflight.logGroup,
        removal: removal.logGroup,
      },
      alarmTopicArn: props.alarmTopicArn,
      runbookUrl: props.runbookUrl,
    });
    // Removed with the stack in this order: rules, so that nothing new is planned; what is under way, by coming to its end; all else.
    const end = removal.ofStack();
    end.node.addDependency(queues, documents, ...instancePolicies, planner, worker, rescue, sweep, lifecycle, preflight, monitoring);
    rules.node.addDependency(end);
    checkPolicySizes(this);
  }
}

const refuseSecond = (construct: Stillpoint): void => {
  const others = Stack.of(construct)
    .node.findAll()
    .filter((other) => other instanceof Stillpoint && other !== construct);
  if (others.length > 0)
    throw new Error(`${construct.node.path}: the stack has a Stillpoint already, ${others[0]?.node.path}; one a region and account`);
};
