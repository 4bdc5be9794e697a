import { findTouched } from '../../sandbox/cli/touched';
import { toFleetMember } from '../../sandbox/scenario/fleet';
import { closingEvent, DATABASE, foreignEvent, request, WEB } from './support/events';

const member = (name: string, id: string, volumeId: string) =>
  toFleetMember({ name, id, volumes: [{ id: volumeId, sizeMiB: 16, filesystem: 'none' }] }, '/');
const fleet = [member('web', WEB, 'vol-00000000000000001'), member('database', DATABASE, 'vol-00000000000000002')];

describe('what touched an instance', () => {
  it('is requests about it or its volumes and events from it, without repetition', () => {
    const requests = [
      request('SendCommand'),
      request('SendCommand'),
      request('CreateTags', ['arn:aws:ec2:eu-west-1:111122223333:volume/vol-00000000000000001']),
    ];
    expect(findTouched(fleet, requests, [closingEvent({ instanceId: WEB })])).toEqual(
      new Map([['web', ['SendCommand', 'CreateTags', 'event Stillpoint Execution Notification']]]),
    );
  });

  it('is not what only reads', () => {
    expect(
      findTouched(
        fleet,
        ['DescribeInstances', 'GetDocument', 'ListCommandInvocations', 'ReceiveMessage'].map((action) => request(action)),
        [],
      ),
    ).toEqual(new Map());
  });

  it('is told for the right instance', () => {
    expect([...findTouched(fleet, [], [foreignEvent(DATABASE)]).keys()]).toEqual(['database']);
  });
});
