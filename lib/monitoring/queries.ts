import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../bundle/function-names';
import { SAVED_QUERIES } from './saved-queries';

/** Props of {@link Queries}. */
export interface QueriesProps {
  readonly logGroups: Readonly<Record<FunctionName, ILogGroup>>;
}

/** The saved queries, in a folder of Logs Insights: "stillpoint". */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, { logGroups }: QueriesProps) {
    super(scope, id);
    for (const { name, functions, lines } of SAVED_QUERIES) {
      new CfnQueryDefinition(this, name, {
        name: `stillpoint/${name}`,
        queryString: lines.join('\n'),
        logGroupNames: functions.map((one) => logGroups[one].logGroupName),
      });
    }
  }
}
