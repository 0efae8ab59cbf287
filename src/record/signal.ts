import { asRecord, asText } from '../foreign/values.ts';

/**
 * The word of another service that something is wrong with a trail. It does not come through a trail, so it arrives when
 * CloudTrail's own events do not; it says too little to name an actor by.
 */
export interface Signal {
  readonly from: 'GuardDuty' | 'Security Hub' | 'AWS Config';
  /** The finding's title, or the Config rule's name. */
  readonly title: string;
}

type Detail = Readonly<Record<string, unknown>>;

/** The title of the one finding in an event: Security Hub CSPM writes it in ASFF, the newer Security Hub in OCSF. */
function titleOfFinding(findings: unknown): unknown {
  const { Title, finding_info } = asRecord(Array.isArray(findings) ? findings[0] : undefined);
  return asText(Title) ?? asRecord(finding_info)['title'];
}

/**
 * How each service words its event.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-cwe-event-formats.html,
 * https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
 */
const SIGNALS: Readonly<Record<string, { from: Signal['from']; title: (detail: Detail) => unknown }>> = {
  'aws.guardduty': { from: 'GuardDuty', title: ({ title, type }) => asText(title) ?? type },
  'aws.securityhub': { from: 'Security Hub', title: ({ findings }) => titleOfFinding(findings) },
  'aws.config': { from: 'AWS Config', title: ({ configRuleName }) => configRuleName },
};

/** Reads another service's signal; undefined when the event is none. */
export function readSignal(event: unknown): Signal | undefined {
  const { source, detail } = asRecord(event);
  const signal = typeof source === 'string' && Object.hasOwn(SIGNALS, source) ? SIGNALS[source] : undefined;
  if (!signal) return undefined;
  return { from: signal.from, title: asText(signal.title(asRecord(detail))) ?? 'a finding without a title' };
}
