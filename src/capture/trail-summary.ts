import type { Trail } from '../kinds/trail/schema.ts';
import { describeValue } from '../kinds/trail/describe.ts';
import type { Weakness } from '../kinds/trail/weaknesses.ts';

const onOff = (on: boolean): string => (on ? 'on' : 'off');

/** What a trail records and where to, as pairs of a label and a few words. */
export function summary(trail: Trail): (readonly [label: string, words: string])[] {
  const { AdvancedEventSelectors, EventSelectors, TagsList } = trail;
  const globals = trail.IncludeGlobalServiceEvents ? 'with' : 'without';
  return [
    ['logging', onOff(trail.IsLogging)],
    ['Regions', `${trail.IsMultiRegionTrail ? 'all' : 'this one'}, ${globals} global services`],
    ...(trail.IsOrganizationTrail ? [['accounts', 'all of the organisation'] as const] : []),
    [
      'events',
      AdvancedEventSelectors
        ? describeValue('AdvancedEventSelectors', AdvancedEventSelectors)
        : describeValue('EventSelectors', EventSelectors),
    ],
    ['Insights', describeValue('InsightSelectors', trail.InsightSelectors)],
    ['log files', [trail.S3BucketName, trail.S3KeyPrefix].filter(Boolean).join('/')],
    ['validation', onOff(trail.EnableLogFileValidation)],
    ['KMS', trail.KmsKeyId ?? 'none'],
    ['CloudWatch', trail.CloudWatchLogsLogGroupArn ?? 'none'],
    ['SNS', trail.SnsTopicName ?? 'none'],
    ['tags', TagsList.length === 0 ? 'none' : String(TagsList.length)],
  ];
}

/** A weakness in one line: what is so, who asks for more, and what to do. */
export function warning({ finding, controls, remedy }: Weakness): string {
  return `${finding} (${controls.join(', ')}): ${remedy}`;
}
