import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type EventPattern, matchesPattern } from '../../local/aws/events/event-pattern.ts';
import { finding } from '../../src/alert/finding.ts';
import type { Report } from '../../src/report/schema.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf } from '../fakes/incident.ts';
import { stopLogging } from '../fakes/samples.ts';
import { REPORTS } from '../fakes/told-incidents.ts';

function told(name: string): Report {
  const report = REPORTS[name];
  if (!report) throw new Error(`nothing is told as ${name}`);
  return report;
}

const restored = told('stopped-and-restored');

interface Declared {
  readonly functions: {
    readonly heal: { readonly events: { readonly eventBridge: { readonly pattern?: EventPattern } }[] };
  };
}

/** The patterns by which the guard is woken. */
const patterns: EventPattern[] = (
  parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent', merge: true }) as Declared
).functions.heal.events.flatMap(({ eventBridge: { pattern } }) => (pattern ? [pattern] : []));

/** As Security Hub tells of an imported finding: what the provider says stands at both places. */
function imported(report: Report, Types = finding(report).FindingProviderFields.Types) {
  const { FindingProviderFields, ...rest } = finding(report);
  return {
    source: 'aws.securityhub',
    'detail-type': 'Security Hub Findings - Imported',
    detail: { findings: [{ ...rest, ...FindingProviderFields, FindingProviderFields, Types }] },
  };
}

const wakes = (event: object) => patterns.some((pattern) => matchesPattern(pattern, event));

describe('the guard goes round in no loop:', () => {
  test.each(Object.entries(REPORTS))('its finding %s does not wake it', (_name, report) => {
    expect(wakes(imported(report))).toBe(false);
  });

  test('a finding of GuardDuty with the same fields would', () => {
    expect(
      wakes(imported(restored, ['TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled'])),
    ).toBe(true);
  });
});

test('one incident is one finding, which a follow-up brings up to date', () => {
  const [first, next] = [finding(restored), finding(told('follow-up'))];

  expect([next.Id, next.Title, next.CreatedAt]).toEqual([first.Id, first.Title, first.CreatedAt]);
  expect(Date.parse(next.UpdatedAt)).toBeGreaterThan(Date.parse(first.UpdatedAt));
});

test('a finding stays open until somebody has answered who did it, unless nobody did', () => {
  expect(finding(restored).Workflow.Status).toBe('NEW');
  expect(finding(told('declaration-followed')).Workflow.Status).toBe('RESOLVED');
});

test.each([
  ['critical', 'CRITICAL'],
  ['high', 'HIGH'],
  ['medium', 'MEDIUM'],
  ['low', 'LOW'],
  ['info', 'INFORMATIONAL'],
] as const)('what is %s to the guard is %s to Security Hub', (severity, Label) => {
  expect(finding({ ...restored, severity }).FindingProviderFields.Severity).toEqual({
    Label,
    Original: severity,
  });
});

describe('the caller’s address is one', () => {
  const action = (sourceIPAddress: string | undefined) => {
    const { Action } = finding(reportOf(incidentOf(stopLogging('org-audit-trail', { sourceIPAddress }))));
    return Action?.AwsApiCallAction;
  };

  test.each([
    ['of IPv4', '198.51.100.7', { RemoteIpDetails: { IpAddressV4: '198.51.100.7' } }],
    [
      'of a service',
      'cloudformation.amazonaws.com',
      { DomainDetails: { Domain: 'cloudformation.amazonaws.com' } },
    ],
  ])('%s', (_what, sourceIp, details) => {
    expect(action(sourceIp)).toMatchObject(details);
  });

  test.each([
    ['2001:db8::7'],
    ['999.1.2.3'],
    ['AWS Internal'],
    ['1.2.3.4 (+9 more characters)'],
    [undefined],
  ])('or is left out where the format has no place for it: %s', (sourceIp) => {
    expect(action(sourceIp)).not.toHaveProperty('CallerType');
  });
});

describe('its resources are', () => {
  const arn = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail';

  test('the trails, and for a refused attempt the one that was named', () => {
    expect(finding(restored).Resources.map(({ Id }) => Id)).toEqual([arn]);
    expect(finding(told('attempt-refused')).Resources.map(({ Id }) => Id)).toEqual([arn]);
  });

  test('the account where no trail is known', () => {
    const report = reportOf(incidentOf({}, { outcomes: [] }));

    expect(finding(report).Resources).toEqual([
      { Type: 'AwsAccount', Id: 'AWS::::Account:123456789012', Partition: 'aws', Region: 'us-east-1' },
    ]);
  });
});

test('the runbook has an address where it is one, and is named where it is a folder', () => {
  expect(finding(told('baseline-of-another-account')).Remediation.Recommendation.Url).toBe(
    'https://wiki.example.com/trailkeeper/critical.md',
  );
  expect(finding(restored).Remediation.Recommendation).toEqual({
    Text: expect.stringContaining('docs/runbook/critical.md') as string,
  });
});
