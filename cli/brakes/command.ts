import { dynamoDb } from '../../lambda/aws/clients';
import { dynamoDbBrakes } from '../../lambda/aws/dynamodb-brakes';
import { publishEvents } from '../../lambda/aws/event-bus';
import { policyPauseEvent, stopSwitchEvent } from '../../lambda/core/event/brake-event';
import type { Place } from '../../lambda/core/event/common';
import { readPolicies } from '../../lib/read-policies';
import type { BrakesArguments, BrakesCommand } from './arguments';
import { forgetPolicy, readPlace, readState, releaseStopSwitch, setStopSwitch } from './brakes-control';
import { statusOf, statusText } from './status';

type Run = Extract<BrakesArguments, { kind: 'run' }>;

/** A policy that nobody knows: pausing a name that was mistyped would pause nothing. */
export class UnknownPolicyError extends Error {}

/** Carries a command out and returns what to print. A change that was made already is told, and makes no event. */
export const runBrakes = async ({ command, policiesFolder }: Run): Promise<string> => {
  const place = await readPlace(dynamoDb);
  switch (command.do) {
    case 'status': {
      const status = statusOf(await readState(dynamoDb), new Date());
      return command.json ? JSON.stringify(status, null, 2) : statusText(status);
    }
    case 'stop':
      return stop(place, command.reason);
    case 'resume':
      return resume(place);
    case 'pause-policy':
      return pausePolicy(place, command, policiesFolder);
    case 'resume-policy':
      return resumePolicy(place, command, policiesFolder);
  }
};

const stop = async (place: Place, reason: string): Promise<string> => {
  const { stop: set } = await readState(dynamoDb);
  if (set !== undefined) return `The stop switch is set already, since ${set.since.toISOString()}: ${set.reason}`;
  await setStopSwitch(dynamoDb, { since: new Date(), reason });
  await publishEvents([stopSwitchEvent(place, 'set', reason)]);
  return 'The stop switch is set: no attempt begins; those that run end, thawed.';
};

const resume = async (place: Place): Promise<string> => {
  const { stop: set } = await readState(dynamoDb);
  if (set === undefined) return 'The stop switch is not set.';
  await releaseStopSwitch(dynamoDb);
  await publishEvents([stopSwitchEvent(place, 'released', set.reason)]);
  return 'The stop switch is released: what was held goes on within seconds.';
};

const checkPolicy = (policyId: string, folder: string): void => {
  const known = readPolicies(folder).map(({ id }) => id);
  if (!known.includes(policyId)) throw new UnknownPolicyError(`no policy ${policyId} in ${folder}; there: ${known.join(', ') || 'none'}`);
};

type OfPolicy<Do extends BrakesCommand['do']> = Extract<BrakesCommand, { do: Do }>;

const pausePolicy = async (place: Place, { policyId, reason }: OfPolicy<'pause-policy'>, folder: string): Promise<string> => {
  checkPolicy(policyId, folder);
  const paused = await dynamoDbBrakes(dynamoDb).pause(policyId, { since: new Date(), reason, executionId: undefined });
  if (!paused) return `Policy ${policyId} is paused already.`;
  await publishEvents([policyPauseEvent('set', { place, policyId, reason, executions: [], executionId: undefined })]);
  return `Policy ${policyId} is paused: none of its scripts begins.`;
};

const resumePolicy = async (place: Place, { policyId }: OfPolicy<'resume-policy'>, folder: string): Promise<string> => {
  const policy = (await readState(dynamoDb)).policies.get(policyId);
  if (policy === undefined) {
    checkPolicy(policyId, folder);
    return `Policy ${policyId} is not paused, and has no incidents.`;
  }
  const { incidents, pause } = policy;
  await forgetPolicy(dynamoDb, policyId);
  const released = {
    place,
    policyId,
    reason: pause?.reason ?? 'incidents cleared',
    executions: incidents,
    executionId: pause?.executionId,
  };
  await publishEvents([policyPauseEvent('released', released)]);
  return `Policy ${policyId} ${pause === undefined ? 'was not paused' : 'is resumed'}; incidents cleared: ${incidents.length}.`;
};
