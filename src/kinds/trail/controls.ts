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

const ALL_REGIONS = ['CIS 4.1', 'CloudTrail.1'];

/**
 * The controls that a field answers for: CIS AWS Foundations v7.0, and Security Hub's own.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
 */
const CONTROLS: Readonly<Partial<Record<Field, readonly string[]>>> = {
  IsLogging: [...ALL_REGIONS, 'CloudTrail.3'],
  IsMultiRegionTrail: ALL_REGIONS,
  EventSelectors: ALL_REGIONS,
  AdvancedEventSelectors: ALL_REGIONS,
  EnableLogFileValidation: ['CIS 4.2', 'CloudTrail.4'],
  KmsKeyId: ['CIS 4.5', 'CloudTrail.2'],
  CloudWatchLogsLogGroupArn: ['CloudTrail.5'],
  TagsList: ['CloudTrail.9'],
};

/** The controls that some fields answer for, each once. */
export function controlsOf(fields: readonly Field[]): string[] {
  return [...new Set(fields.flatMap((field) => CONTROLS[field] ?? []))].sort();
}
