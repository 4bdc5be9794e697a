import { type Account, arnOf } from '../account';
import type { Deployment } from '../deployment';
import { type Assembly, readAssembly } from '../template/assembly';
import { type Resources, readResources } from '../template/resources';
import type { CustomResource } from './custom-resource';
import { CustomResourceCalls, type Request } from './custom-resource-call';
import { nextToDelete } from './dependencies';

export interface CloudFormationPorts {
  readonly account: Account;
  readonly deployment: Deployment;
  readonly queueUrl: (name: string) => string;
  readonly responseUrl: (requestId: string) => string;
}

/** What became of a deployment, or of a stack's end. */
export interface StackOutcome {
  readonly status: 'COMPLETE' | 'FAILED';
  /** Why a resource failed, with its logical id. */
  readonly reasons: readonly string[];
}

/**
 * The one stack, as CloudFormation would carry it over from template to template: what is new or changed first, then, where all of it
 * succeeded, away with what the template has no more, nothing before all that depends on it. Unlike CloudFormation it does not roll back.
 */
export class CloudFormation {
  private assembly: Assembly | undefined;
  private readonly calls: CustomResourceCalls;

  constructor(private readonly ports: CloudFormationPorts) {
    const stackId = arnOf(ports.account, 'cloudformation', 'stack/sandbox/1');
    this.calls = new CustomResourceCalls(ports.deployment.functions, stackId, ports.responseUrl);
  }

  /** What a custom resource's function puts to its ResponseURL. */
  receive(requestId: string, body: string): void {
    this.calls.receive(requestId, body);
  }

  /** The resources of the first template, in place at once; the returned promise waits for its custom resources. */
  create(folder: string): Promise<StackOutcome> {
    this.assembly = readAssembly(folder);
    const resources = this.apply(this.assembly);
    return this.callAll(resources.customResources.map((resource) => [resource, { RequestType: 'Create' }]));
  }

  async update(folder: string): Promise<StackOutcome> {
    const before = this.live();
    const next = readAssembly(folder);
    const earlier = new Map(this.read(before).customResources.map((resource) => [resource.logicalId, resource]));
    this.assembly = withLeftOvers(next, before);
    this.apply(this.assembly);
    const outcome = await this.callAll(this.read(next).customResources.flatMap((resource) => changeOf(resource, earlier)));
    if (outcome.status === 'FAILED') return outcome;
    return this.remove(Object.keys(this.live().template.Resources).filter((id) => next.template.Resources[id] === undefined));
  }

  /** The whole stack. What is left after a failure can be deleted again. */
  destroy(): Promise<StackOutcome> {
    return this.remove(Object.keys(this.live().template.Resources));
  }

  /** Delete these: all at once that nothing depends on any more, and on as soon as a custom resource is gone. */
  private async remove(doomed: readonly string[]): Promise<StackOutcome> {
    let left = doomed;
    while (left.length > 0) {
      const { template } = this.live();
      const next = nextToDelete(template.Resources, left);
      const custom = this.read(this.live()).customResources.filter(({ logicalId }) => next.includes(logicalId));
      const plain = next.filter((id) => !custom.some(({ logicalId }) => logicalId === id));
      if (plain.length > 0) {
        this.drop(plain);
        left = left.filter((id) => !plain.includes(id));
        continue; // a custom resource takes its time, and holds up nothing that does not depend on it
      }
      const outcome = await this.callAll(custom.map((resource) => [resource, { RequestType: 'Delete' }]));
      if (outcome.status === 'FAILED') return outcome;
      this.drop(next);
      left = left.filter((id) => !next.includes(id));
    }
    return { status: 'COMPLETE', reasons: [] };
  }

  private drop(ids: readonly string[]): void {
    const { template, ...rest } = this.live();
    const Resources = Object.fromEntries(Object.entries(template.Resources).filter(([id]) => !ids.includes(id)));
    this.assembly = { ...rest, template: { ...template, Resources } };
    this.apply(this.assembly);
  }

  private async callAll(requests: readonly (readonly [CustomResource, Request])[]): Promise<StackOutcome> {
    const answers = await Promise.all(requests.map(([resource, request]) => this.calls.call(resource, request)));
    const failed = answers.filter(({ Status }) => Status === 'FAILED');
    const reasons = failed.map(({ LogicalResourceId, Reason = '' }) => `${LogicalResourceId}: ${Reason}`);
    return { status: failed.length === 0 ? 'COMPLETE' : 'FAILED', reasons };
  }

  private live(): Assembly {
    if (this.assembly === undefined) throw new Error('there is no stack');
    return this.assembly;
  }

  private read(assembly: Assembly): Resources {
    return readResources(assembly, this.ports.account, this.ports.queueUrl);
  }

  private apply(assembly: Assembly): Resources {
    const resources = this.read(assembly);
    this.ports.deployment.apply(resources);
    return resources;
  }
}

/** The next template, and what it has no more but is deleted only at the end. */
const withLeftOvers = (next: Assembly, before: Assembly): Assembly => {
  const own = new Set(Object.values(next.template.Resources));
  return {
    ...next,
    template: { ...next.template, Resources: { ...before.template.Resources, ...next.template.Resources } },
    assetFolder: (resource) => (own.has(resource) ? next : before).assetFolder(resource),
  };
};

const changeOf = (
  resource: CustomResource,
  earlier: ReadonlyMap<string, CustomResource>,
): readonly (readonly [CustomResource, Request])[] => {
  const before = earlier.get(resource.logicalId);
  if (before === undefined) return [[resource, { RequestType: 'Create' }]];
  if (JSON.stringify(before.properties) === JSON.stringify(resource.properties)) return [];
  return [[resource, { RequestType: 'Update', OldResourceProperties: before.properties }]];
};
