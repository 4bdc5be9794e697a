export const PREFLIGHT_HELP = `Usage: npm run preflight -- --policy NAME [options]

Says of each instance that the deployed policy targets whether an execution now would end as application, and what to do where
it would not. It asks the stack's function stillpoint-preflight, which has the worker's rights: it reads, asks EC2 for a set with DryRun,
and sends each instance its document's dry-run. Nothing is frozen, and no snapshot is made.

  --policy NAME      the policy: its file's name without .json
  --instance ID      this instance alone, whether it is a target or not
  --json             the findings as JSON, ok ones too
  -h, --help         this text

Credentials and region as for the AWS CLI, from the environment or a profile; the right lambda:InvokeFunction on stillpoint-preflight is all
that it needs. With AWS_ENDPOINT_URL it works on npm run sandbox.

Exit code: 0 every target would end as application, 1 some would not, or there is none, or AWS refused or did not answer; 2 wrong arguments
or unknown policy.
`;
