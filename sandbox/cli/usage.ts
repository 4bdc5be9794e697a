import type { Scenario } from '../scenario/scenario';

/** How to reach a running sandbox from another shell. */
export const usage = (endpoint: string, scenario: Scenario, folder: string): string => {
  const [fire] = scenario.fire;
  const [member] = scenario.fleet;
  const lines = [
    `The sandbox listens at ${endpoint}. In another shell:`,
    '',
    `  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${scenario.region} AWS_DEFAULT_REGION=${scenario.region}`,
    '  export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox',
    '  aws ec2 describe-instances',
    ...(member === undefined
      ? []
      : [`  aws ssm send-command --document-name stillpoint-filesystem --instance-ids ${member.instance.machine.id}`]),
    '',
    `(An AWS CLI that does not know AWS_ENDPOINT_URL: aws --endpoint-url ${endpoint} ...)`,
    ...(fire === undefined
      ? []
      : [
          '',
          'Fire a schedule:',
          '',
          `  curl -X POST ${endpoint}/_sandbox/fire -d '${JSON.stringify({ policyId: fire.policy, schedule: fire.schedule })}'`,
        ]),
    '',
    `Events, requests and function logs: ${folder}/`,
    'Ctrl-C ends it.',
  ];
  return lines.join('\n');
};
