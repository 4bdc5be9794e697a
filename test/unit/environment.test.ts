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
    expect(readEnvironment(workerEnvironmentSchema, { ...VARIABLES, PATH: '/bin' })).toEqual(VARIABLES);
    expect(readEnvironment(plannerEnvironmentSchema, VARIABLES)).toEqual({ QUEUE_URL: VARIABLES.QUEUE_URL });
  });

  it('is refused with the name of every variable that is missing or wrong', () => {
    const wrong = { QUEUE_URL: '', POLICY_ARN_PREFIX: 'policy/' };
    expect(() => readEnvironment(rescueEnvironmentSchema, wrong)).toThrow('missing or wrong: QUEUE_URL, POLICY_ARN_PREFIX');
    expect(() => readEnvironment(workerEnvironmentSchema, {})).toThrow('missing or wrong: QUEUE_URL, POLICY_ARN_PREFIX');
    expect(() => readEnvironment(plannerEnvironmentSchema, { QUEUE_URL: undefined })).toThrow('missing or wrong: QUEUE_URL');
  });
});
