import type { Field } from './fields.ts';

/**
 * How MITRE ATT&CK names what is done to a trail, by its number since v19 and by the one before.
 * https://attack.mitre.org/techniques/T1562/008/
 */
export const DISABLE_CLOUD_LOG = {
  id: 'T1685.002',
  formerly: 'T1562.008',
  name: 'Disable or Modify Tools: Disable or Modify Cloud Log',
} as const;

const ALL_EVENTS = ['CIS 4.1', 'CloudTrail.1'];

type Controls = Readonly<Partial<Record<Field, readonly string[]>>>;

/**
 * The controls that a field of a trail answers for: CIS AWS Foundations v7.0, and Security Hub's own.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
 */
export const TRAIL_CONTROLS = {
  IsLogging: ALL_EVENTS,
  IsMultiRegionTrail: ALL_EVENTS,
  EventSelectors: ALL_EVENTS,
  AdvancedEventSelectors: ALL_EVENTS,
  EnableLogFileValidation: ['CIS 4.2', 'CloudTrail.4'],
  KmsKeyId: ['CIS 4.5', 'CloudTrail.2'],
  CloudWatchLogsLogGroupArn: ['CloudTrail.5'],
  TagsList: ['CloudTrail.9'],
} as const satisfies Controls;

/** The controls that ask for one trail at least, whose field answers for them. */
export const ACCOUNT_CONTROLS = {
  IsLogging: ['CloudTrail.3'],
  IsMultiRegionTrail: ALL_EVENTS,
} as const satisfies Controls;

/** The controls that some fields answer for, each once. */
export function controlsOf(fields: readonly Field[]): string[] {
  const controls: readonly Controls[] = [TRAIL_CONTROLS, ACCOUNT_CONTROLS];
  return [...new Set(fields.flatMap((field) => controls.flatMap((asked) => asked[field] ?? [])))].sort();
}
