import { answerTo, removalRequestSchema } from '../../lambda/core/removal/request';

const REQUEST = {
  RequestType: 'Delete',
  ResponseURL: 'https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/arn?Signature=x',
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Stillpoint/1',
  RequestId: 'request',
  LogicalResourceId: 'StillpointRemovalStack',
  PhysicalResourceId: 'stillpoint-stack',
  ResourceType: 'Custom::StillpointStack',
  ResourceProperties: { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:removal', ServiceTimeout: '1200' },
};

describe('the answer to CloudFormation', () => {
  const request = removalRequestSchema.parse(REQUEST);
  const ids = { StackId: REQUEST.StackId, RequestId: 'request', LogicalResourceId: REQUEST.LogicalResourceId };

  it('repeats the request’s ids', () => {
    expect(answerTo(request, { ok: true })).toEqual({ Status: 'SUCCESS', PhysicalResourceId: 'stillpoint-stack', ...ids });
  });

  it('gives the reason of a failure, no longer than CloudFormation takes', () => {
    const answer = answerTo(request, { ok: false, reason: 'x'.repeat(9_000) });
    expect(answer).toMatchObject({ Status: 'FAILED', ...ids });
    expect(JSON.stringify(answer).length).toBeLessThan(4_096);
  });

  it('never changes the physical id: CloudFormation would delete the resource, and so drain the stack', () => {
    for (const [properties, id] of [
      [{}, 'stillpoint-stack'],
      [{ Rights: 'a1b2' }, 'stillpoint-a1b2'],
    ] as const) {
      const { PhysicalResourceId: _none, ...create } = { ...REQUEST, RequestType: 'Create', ResourceProperties: properties };
      const created = answerTo(removalRequestSchema.parse(create), { ok: true });
      expect(created.PhysicalResourceId).toBe(id);
      const update = { ...create, RequestType: 'Update', PhysicalResourceId: 'as it was' };
      expect(answerTo(removalRequestSchema.parse(update), { ok: true }).PhysicalResourceId).toBe('as it was');
    }
  });
});
