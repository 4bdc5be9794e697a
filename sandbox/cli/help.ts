export const START_HELP = `Usage: npm start -- [options]

Runs Stillpoint on a fleet on this machine, without an AWS account: fires the schedules, shows the stages, restores the
snapshot sets and tells whether everything ended as the scenario expects. Without options: the example fleet.

  --scenario FILE   a fleet, policies and expectations of your own (docs/scenarios.md)
  --policy FILE     the example fleet under a policy of your own
  --document FILE   the example fleet with an SSM document of your own (YAML or JSON, unchanged) as the handler
  -h, --help        this text

Root on Linux freezes real filesystems; otherwise volumes are folders and the run says what is not exercised.
Leaves report.html (a picture of the run), events.jsonl, requests.jsonl, functions.jsonl and rights.jsonl in runs/TIME/ (runs/latest is the last one).
Exit code: 0 as expected, 1 not as expected or failed, 2 wrong arguments or scenario, 130 after Ctrl-C.
`;

export const SERVE_HELP = `Usage: npm run sandbox -- [options]

Keeps the sandbox up, so that the AWS CLI or an SDK can read and drive it. Ctrl-C ends it and leaves nothing behind.

  --port PORT       port on the loopback interface (default: one that is free)
  --scenario FILE   a fleet of your own instead of the example's (docs/scenarios.md)
  --policy FILE     the example fleet under a policy of your own
  --document FILE   the example fleet with an SSM document of your own as the handler
  -h, --help        this text
`;
