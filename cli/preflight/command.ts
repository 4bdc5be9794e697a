import type { PreflightRequest } from '../../lambda/core/preflight/request';
import type { TargetReport } from '../../lambda/core/preflight/target-report';
import type { PreflightRun } from './arguments';
import { askFunction } from './preflight-function';
import { renderReports } from './render-reports';

/** A policy that the deployed function does not know. */
export class UnknownPolicyError extends Error {}

/** Targets asked for at once: each is an invocation, and a command of Systems Manager. */
const AT_ONCE = 5;

export interface Output {
  /** The report, for stdout. */
  print(text: string): void;
  /** How far it is, for a person who waits. */
  progress(text: string): void;
}

/** Looks at the targets and prints. Returns the exit code. */
export const runPreflight = async ({ policyId, instanceId, json }: PreflightRun, { print, progress }: Output): Promise<number> => {
  const instances = instanceId === undefined ? await targetsOf(policyId) : [instanceId];
  const found = new Map<string, readonly TargetReport[]>();
  await eachAtOnce(instances, async (id) => {
    found.set(id, await reportsOf({ policyId, instanceId: id }));
    progress(`${found.size} of ${instances.length} instances`);
  });
  const reports = instances.flatMap((id) => found.get(id) ?? []);
  const application = reports.length > 0 && reports.every((report) => report.application);
  if (json) print(JSON.stringify({ policyId, application, reports }, null, 2));
  else print(reports.length === 0 ? `No instance carries a target tag of policy ${policyId}: nothing would run.` : renderReports(reports));
  return application ? 0 : 1;
};

const ask = async (request: PreflightRequest) => {
  const answer = await askFunction(request);
  if (answer.kind !== 'unknown-policy') return answer;
  throw new UnknownPolicyError(`no policy ${request.policyId} is deployed; there: ${answer.known.join(', ') || 'none'}`);
};

const unexpected = (kind: string): Error => new Error(`the function answered ${kind}: is this clone of the deployed version?`);

const targetsOf = async (policyId: string): Promise<readonly string[]> => {
  const answer = await ask({ policyId });
  if (answer.kind !== 'targets') throw unexpected(answer.kind);
  return [...answer.targets].sort((one, other) => (one.name < other.name ? -1 : 1)).map(({ instanceId }) => instanceId);
};

const reportsOf = async (request: { readonly policyId: string; readonly instanceId: string }): Promise<readonly TargetReport[]> => {
  const answer = await ask(request);
  if (answer.kind !== 'reports') throw unexpected(answer.kind);
  return answer.reports;
};

const eachAtOnce = async (items: readonly string[], act: (item: string) => Promise<void>): Promise<void> => {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};
