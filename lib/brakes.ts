import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { BRAKES_TABLE } from '../lambda/core/brakes/seen';

/**
 * The stop switch, paused policies and freeze slots: what workers and a person must agree on at once. It is no journal: losing it
 * loses no execution. Removed with the stack. Billed by the request.
 */
export class Brakes extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: BRAKES_TABLE, // one stack a region and account; the command line finds it by its name
      partitionKey: { name: 'brake', type: AttributeType.STRING },
      sortKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
