import type { VolumeStore } from '../instance/ports';
import type { Deployment } from './deployment';
import { dynamoDbService } from './dynamodb';
import { ec2Service } from './ec2';
import type { Ec2, Ec2State } from './ec2/state';
import type { Service } from './endpoint/dispatch';
import { eventsService } from './events/put-events';
import { lambdaService } from './lambda/invoke';
import { sqsService } from './sqs';
import { ssmService } from './ssm';
import type { Ssm } from './ssm/ssm';

export interface ServicePorts {
  readonly ssm: Ssm;
  readonly state: Ec2State;
  readonly store: VolumeStore;
  readonly deployment: Deployment;
  readonly queueUrl: (name: string) => string;
}

/** The services of the endpoint. */
export const createServices = ({ ssm, state, store, deployment, queueUrl }: ServicePorts): readonly Service[] => {
  const { account, clock, timing, faults } = ssm;
  const { bus, queues, tables } = deployment;
  const emit = (detailType: string, resources: readonly string[], detail: unknown): void => {
    bus.put({ source: 'aws.ec2', detailType, resources, detail });
  };
  const may: Ec2['may'] = (role, checks, region) => deployment.authorizer.refusal(role, checks, region) === undefined;
  return [
    ec2Service({ account, clock, timing, faults, state, store, emit, may }),
    ssmService(ssm),
    sqsService({ account, queues, clock, urlOf: queueUrl }),
    eventsService(account, bus),
    dynamoDbService(account, tables),
    lambdaService(account, deployment.functions),
  ];
};
