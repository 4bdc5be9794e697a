export const BRAKES_HELP = `Usage: npm run brakes -- COMMAND [options]

The brakes of the deployed Stillpoint: holds queued executions back, and lets them go. An attempt that runs already is never
touched; it ends, thawed. Every change is told as an event (Stillpoint Brake Notification).

  status [--json]                 the stop switch, paused policies, those in ERROR, incidents, freezes under way
  stop [--reason TEXT]            sets the stop switch: no attempt of any policy begins
  resume                          releases it: what was held goes on, unless it is over 60 minutes late
  pause POLICY [--reason TEXT]    runs no script of the policy (its fallback is a crash-consistent set, where it allows one)
  resume POLICY                   ends the policy's pause, and clears its incidents

  --policies FOLDER               where the policies are, to know their names (default: policies)
  -h, --help                      this text

Credentials and region as for the AWS CLI, from the environment or a profile. It calls DynamoDB's DescribeTable, Scan, PutItem,
UpdateItem and DeleteItem on the table stillpoint-brakes, and PutEvents. With AWS_ENDPOINT_URL it works on npm run sandbox.

Exit code: 0 done, 1 AWS refused or did not answer, 2 wrong arguments or unknown policy.
`;
