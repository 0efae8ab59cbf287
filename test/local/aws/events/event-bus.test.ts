import { PutEventSelectorsCommand, StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import type { EmbeddedAws } from '../../../../local/aws/aws.ts';
import { name, stop, watched } from '../cloudtrail/watched-trail.ts';

const eventNames = (aws: EmbeddedAws) =>
  aws.events.map(({ event }) => (event.detail as { readonly eventName: string }).eventName);

test('while EventBridge is muted, the history goes on', async () => {
  const { aws, mallory } = await watched();
  aws.muteEventBridge(true);
  await mallory.send(stop);
  await aws.idle();
  expect(aws.events).toEqual([]);
  expect(aws.history().at(-1)?.eventName).toBe('StopLogging');
});

test.each<[string, StopLoggingCommand | PutEventSelectorsCommand, string[]]>([
  ['the last trail is stopped', stop, ['StopLogging']],
  [
    'no trail records writes any more',
    new PutEventSelectorsCommand({ TrailName: name, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }),
    ['PutEventSelectors'],
  ],
  [
    'management events are selected no more',
    new PutEventSelectorsCommand({
      TrailName: name,
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          ],
        },
      ],
    }),
    ['PutEventSelectors'],
  ],
  [
    'writes are still selected',
    new PutEventSelectorsCommand({
      TrailName: name,
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Management'] },
            { Field: 'readOnly', Equals: ['false'] },
          ],
        },
      ],
    }),
    ['PutEventSelectors', 'UpdateTrail'],
  ],
])('with EventBridge depending on trails, when %s', async (_case, attack, delivered) => {
  const { aws, mallory } = await watched({ darkWhenNoTrailLogs: true });
  await (attack instanceof StopLoggingCommand ? mallory.send(attack) : mallory.send(attack));
  await mallory.send(new UpdateTrailCommand({ Name: name, S3BucketName: 'mallorys-bucket' }));
  await aws.idle();
  expect(eventNames(aws)).toEqual(delivered);
});
