import { ACCOUNT_CONTROLS, TRAIL_CONTROLS } from './controls.ts';
import type { Trail } from './schema.ts';
import { missingManagementEvents } from './management-events.ts';
import type { Field } from './fields.ts';

/**
 * Where a trail does less than the benchmarks ask.
 * `high` is what fails CIS 4.1 and CloudTrail.1, which Security Hub rates high; the other grades are this project's own.
 */
export interface Weakness {
  readonly severity: 'high' | 'medium' | 'low';
  /** What asks for more: CIS AWS Foundations v7.0, Security Hub controls, rules of AWS Config. */
  readonly controls: readonly string[];
  readonly field: Field;
  /** What is so, about the trail: "does not record every Region". */
  readonly finding: string;
  /** What to do, as a change of the baseline. */
  readonly remedy: string;
}

interface Rule extends Omit<Weakness, 'finding'> {
  readonly finding: (trail: Trail) => string | false | undefined;
}

/** https://docs.aws.amazon.com/config/latest/developerguide/cloudtrail-security-trail-enabled.html */
const SECURITY_TRAIL = 'Config cloudtrail-security-trail-enabled';

/**
 * What each field ought to say, gravest first.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
 */
const RULES: readonly Rule[] = [
  {
    severity: 'high',
    controls: TRAIL_CONTROLS.IsLogging,
    field: 'IsLogging',
    finding: ({ IsLogging }) => !IsLogging && 'is not logging, and is left so',
    remedy: 'set IsLogging: true, and the next sweep starts it',
  },
  {
    severity: 'high',
    controls: TRAIL_CONTROLS.IsMultiRegionTrail,
    field: 'IsMultiRegionTrail',
    finding: ({ IsMultiRegionTrail }) => !IsMultiRegionTrail && 'does not record every Region',
    remedy: 'set IsMultiRegionTrail: true and IncludeGlobalServiceEvents: true',
  },
  {
    severity: 'high',
    controls: TRAIL_CONTROLS.EventSelectors,
    field: 'EventSelectors',
    finding: (trail) => trail.EventSelectors && missingManagementEvents(trail).kinds,
    remedy: 'give a selector ReadWriteType: All and IncludeManagementEvents: true',
  },
  {
    severity: 'high',
    controls: TRAIL_CONTROLS.AdvancedEventSelectors,
    field: 'AdvancedEventSelectors',
    finding: (trail) => trail.AdvancedEventSelectors && missingManagementEvents(trail).kinds,
    remedy: 'add a selector with eventCategory Equals Management and no other condition',
  },
  {
    severity: 'medium',
    controls: [SECURITY_TRAIL],
    field: 'EventSelectors',
    finding: (trail) => trail.EventSelectors && missingManagementEvents(trail).sources,
    remedy: 'remove ExcludeManagementEventSources',
  },
  {
    severity: 'medium',
    controls: [SECURITY_TRAIL],
    field: 'AdvancedEventSelectors',
    finding: (trail) => trail.AdvancedEventSelectors && missingManagementEvents(trail).sources,
    remedy: 'remove the condition on eventSource from the selector of Management events',
  },
  {
    severity: 'medium',
    controls: [SECURITY_TRAIL],
    field: 'IncludeGlobalServiceEvents',
    finding: ({ IncludeGlobalServiceEvents }) =>
      !IncludeGlobalServiceEvents && 'does not record global services, such as IAM and STS',
    remedy: 'set IncludeGlobalServiceEvents: true',
  },
  {
    severity: 'medium',
    controls: TRAIL_CONTROLS.EnableLogFileValidation,
    field: 'EnableLogFileValidation',
    finding: ({ EnableLogFileValidation }) =>
      !EnableLogFileValidation && 'delivers no digests, so altered log files go unnoticed',
    remedy: 'set EnableLogFileValidation: true',
  },
  {
    severity: 'medium',
    controls: TRAIL_CONTROLS.KmsKeyId,
    field: 'KmsKeyId',
    finding: ({ KmsKeyId }) => !KmsKeyId && 'does not encrypt its log files with a KMS key',
    remedy: 'set KmsKeyId to the ARN of a key whose policy lets CloudTrail encrypt',
  },
  {
    severity: 'medium',
    controls: TRAIL_CONTROLS.CloudWatchLogsLogGroupArn,
    field: 'CloudWatchLogsLogGroupArn',
    finding: ({ CloudWatchLogsLogGroupArn }) =>
      !CloudWatchLogsLogGroupArn && 'does not deliver to CloudWatch Logs',
    remedy: 'set CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn',
  },
  {
    severity: 'low',
    controls: TRAIL_CONTROLS.TagsList,
    field: 'TagsList',
    finding: ({ TagsList }) => TagsList.length === 0 && 'has no tags',
    remedy: 'add a tag to TagsList, like an owner',
  },
];

/** Where one trail does less than the benchmarks ask of a trail, gravest first. */
export function weaknesses(trail: Trail): Weakness[] {
  return RULES.flatMap(({ finding, ...rule }) => {
    const found = finding(trail);
    return found ? [{ ...rule, finding: found }] : [];
  });
}

const meets = (trail: Trail, controls: readonly string[]): boolean =>
  // Stryker disable next-line MethodExpression: a rule names all of these controls or none of them
  !weaknesses(trail).some((weakness) => weakness.controls.some((control) => controls.includes(control)));

/**
 * What the benchmarks ask of one trail at least, and none of these does. The trails of other Regions and of the
 * organisation, which these do not show, may do it.
 */
export function accountWeaknesses(trails: readonly Trail[]): Weakness[] {
  const asked: readonly (Weakness & { readonly met: boolean })[] = [
    {
      met: trails.some(({ IsLogging }) => IsLogging),
      severity: 'high',
      controls: ACCOUNT_CONTROLS.IsLogging,
      field: 'IsLogging',
      finding: 'no trail of this file is logging',
      remedy: 'set IsLogging: true on one of them',
    },
    {
      met: trails.some((trail) => meets(trail, ACCOUNT_CONTROLS.IsMultiRegionTrail)),
      severity: 'high',
      controls: ACCOUNT_CONTROLS.IsMultiRegionTrail,
      field: 'IsMultiRegionTrail',
      finding: 'no trail of this file logs all management events of every Region',
      remedy: 'let one trail do so, unless a trail of another Region or of the organisation does',
    },
  ];
  return asked.flatMap(({ met, ...weakness }) => (met ? [] : [weakness]));
}
