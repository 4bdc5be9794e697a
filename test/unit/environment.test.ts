import { readEnvironment } from '../../lambda/core/environment';
import { plannerEnvironmentSchema } from '../../lambda/planner/environment';
import { rescueEnvironmentSchema } from '../../lambda/rescue/environment';
import { workerEnvironmentSchema } from '../../lambda/worker/environment';

const VARIABLES = {
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/executions.fifo',
  POLICY_ARN_PREFIX: 'arn:aws:stillpoint:eu-west-1:111122223333:policy/',
};

describe('a function’s environment', () => {
  it('is what its schema names, without the rest of the process’s variables', () => {
    const worker = { ...VARIABLES, MAXIMUM_FREEZES: '0', RIGHTS: 'a1b2c3d4', VOLUME_KEYS: 'arn:one,arn:other' };
    expect(readEnvironment(workerEnvironmentSchema, { ...worker, PATH: '/bin' })).toEqual(worker);
    expect(readEnvironment(plannerEnvironmentSchema, worker)).toEqual(VARIABLES);
  });

  it('is refused with the name of every variable that is missing or wrong', () => {
    const wrong = { QUEUE_URL: '', POLICY_ARN_PREFIX: 'policy/' };
    expect(() => readEnvironment(rescueEnvironmentSchema, wrong)).toThrow('missing or wrong: QUEUE_URL, POLICY_ARN_PREFIX');
    expect(() => readEnvironment(workerEnvironmentSchema, {})).toThrow(
      'missing or wrong: QUEUE_URL, POLICY_ARN_PREFIX, RIGHTS, MAXIMUM_FREEZES',
    );
    expect(() => readEnvironment(plannerEnvironmentSchema, { ...VARIABLES, QUEUE_URL: undefined })).toThrow('missing or wrong: QUEUE_URL');
  });
});
