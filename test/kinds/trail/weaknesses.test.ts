import type { AdvancedEventSelector, EventSelector } from '../../../src/kinds/trail/selector-schema.ts';
import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { missingManagementEvents } from '../../../src/kinds/trail/management-events.ts';
import { accountWeaknesses, weaknesses } from '../../../src/kinds/trail/weaknesses.ts';
import { allManagementEvents, orgAuditTrail } from '../../fakes/samples.ts';

const strong: Trail = {
  ...orgAuditTrail,
  AdvancedEventSelectors: undefined,
  EventSelectors: [allManagementEvents],
};

const basic = (...selectors: Partial<EventSelector>[]): Trail => ({
  ...strong,
  EventSelectors: selectors.map((selector) => ({ ...allManagementEvents, ...selector })),
});

const management = { Field: 'eventCategory', Equals: ['Management'] };
const advanced = (...FieldSelectors: AdvancedEventSelector['FieldSelectors'][]): Trail => ({
  ...orgAuditTrail,
  AdvancedEventSelectors: FieldSelectors.map((each) => ({ FieldSelectors: each })),
});

const found = (trail: Trail): string[] =>
  weaknesses(trail).map(({ severity, field, finding, controls }) =>
    [severity, field, finding, ...controls].join(' | '),
  );

test('a trail that does all that is asked has no weakness', () => {
  expect(weaknesses(strong)).toEqual([]);
});

describe('it is a weakness when', () => {
  test.each<[string, Trail, string]>([
    [
      'a trail is stopped',
      { ...strong, IsLogging: false },
      'high | IsLogging | is not logging, and is left so | CIS 4.1 | CloudTrail.1',
    ],
    [
      'it records one Region',
      { ...strong, IsMultiRegionTrail: false },
      'high | IsMultiRegionTrail | does not record every Region | CIS 4.1 | CloudTrail.1',
    ],
    [
      'it leaves global services out',
      { ...strong, IncludeGlobalServiceEvents: false },
      'medium | IncludeGlobalServiceEvents | does not record global services, such as IAM and STS | Config cloudtrail-security-trail-enabled',
    ],
    [
      'it delivers no digests',
      { ...strong, EnableLogFileValidation: false },
      'medium | EnableLogFileValidation | delivers no digests, so altered log files go unnoticed | CIS 4.2 | CloudTrail.4',
    ],
    [
      'it has no key',
      { ...strong, KmsKeyId: undefined },
      'medium | KmsKeyId | does not encrypt its log files with a KMS key | CIS 4.5 | CloudTrail.2',
    ],
    [
      'nothing watches it',
      { ...strong, CloudWatchLogsLogGroupArn: undefined, CloudWatchLogsRoleArn: undefined },
      'medium | CloudWatchLogsLogGroupArn | does not deliver to CloudWatch Logs | CloudTrail.5',
    ],
    ['nobody owns it', { ...strong, TagsList: [] }, 'low | TagsList | has no tags | CloudTrail.9'],
  ])('%s', (_what, trail, weakness) => {
    expect(found(trail)).toEqual([weakness]);
    for (const { remedy, field } of weaknesses(trail)) expect(remedy).toContain(field);
  });
});

describe('of the management events', () => {
  const none = 'records no management events';
  const noReads = 'records no management reads';
  const noWrites = 'records no management writes';
  const leavesOut = (sources: string) => `leaves out the management events of ${sources}`;
  const without = (...NotEquals: string[]) => ({ Field: 'eventSource', NotEquals });
  const readOnly = (...Equals: string[]) => ({ Field: 'readOnly', Equals });
  const kms = 'kms.amazonaws.com';
  const rds = 'rdsdata.amazonaws.com';
  const CIS = ['CIS 4.1', 'CloudTrail.1'];
  const CONFIG = ['Config cloudtrail-security-trail-enabled'];

  test.each<[string, Trail, string[]]>([
    ['a basic selector of data events records none', basic({ IncludeManagementEvents: false }), [none]],
    ['a basic selector of writes leaves out the reads', basic({ ReadWriteType: 'WriteOnly' }), [noReads]],
    ['a basic selector of reads leaves out the writes', basic({ ReadWriteType: 'ReadOnly' }), [noWrites]],
    [
      'two basic selectors of halves record all',
      basic({ ReadWriteType: 'ReadOnly' }, { ReadWriteType: 'WriteOnly' }),
      [],
    ],
    [
      'excluded services are left out',
      basic({ ExcludeManagementEventSources: [kms, rds] }),
      [leavesOut(`${kms} and ${rds}`)],
    ],
    [
      'a service that one selector excludes and another records is there',
      basic({ ExcludeManagementEventSources: [kms] }, {}),
      [],
    ],
    [
      'a service whose reads alone are recorded is left out',
      basic({ ExcludeManagementEventSources: [kms] }, { ReadWriteType: 'ReadOnly' }),
      [leavesOut(kms)],
    ],
    [
      'a selector of no management events leaves no service out',
      basic({ IncludeManagementEvents: false, ExcludeManagementEventSources: [kms] }, {}),
      [],
    ],
    ['an advanced selector of no category records none', advanced([readOnly('true')]), [none]],
    ['a condition without values is none', advanced([{ ...management, NotStartsWith: undefined }]), []],
    ['an advanced selector of them records all', advanced([management]), []],
    [
      'advanced selectors of other events record none',
      advanced([{ Field: 'eventCategory', Equals: ['Data'] }]),
      [none],
    ],
    ['an advanced selector of reads', advanced([management, readOnly('true')]), [noWrites]],
    ['an advanced selector of writes', advanced([management, readOnly('false')]), [noReads]],
    ['an advanced selector of both', advanced([management, readOnly('true', 'false')]), []],
    [
      'advanced selectors of halves',
      advanced([management, readOnly('true')], [management, readOnly('false')]),
      [],
    ],
    ['advanced selectors leave services out', advanced([management, without(kms)]), [leavesOut(kms)]],
    [
      'a condition of unknown effect is not trusted',
      advanced([management, { Field: 'eventName', NotStartsWith: ['Stop'] }]),
      [none],
    ],
  ])('%s', (_what, trail, findings) => {
    expect(weaknesses(trail).map(({ finding }) => finding)).toEqual(findings);
  });

  test('a trail without selectors records none', () => {
    expect(missingManagementEvents({ ...strong, EventSelectors: undefined })).toEqual({ kinds: none });
  });

  test.each([
    [
      'all, basic',
      basic({ IncludeManagementEvents: false }),
      'high | EventSelectors',
      CIS,
      /IncludeManagementEvents: true/,
    ],
    [
      'all, advanced',
      advanced([readOnly('true')]),
      'high | AdvancedEventSelectors',
      CIS,
      /eventCategory Equals Management/,
    ],
    [
      'a service, basic',
      basic({ ExcludeManagementEventSources: [kms] }),
      'medium | EventSelectors',
      CONFIG,
      /remove ExcludeManagementEventSources/,
    ],
    [
      'a service, advanced',
      advanced([management, without(kms)]),
      'medium | AdvancedEventSelectors',
      CONFIG,
      /remove the condition on eventSource/,
    ],
  ])(
    'a weakness names its field, who asks for more, and what to do: %s',
    (_what, trail, said, controls, remedy) => {
      const [weakness] = weaknesses(trail);

      expect(`${String(weakness?.severity)} | ${String(weakness?.field)}`).toBe(said);
      expect(weakness?.controls).toEqual(controls);
      expect(weakness?.remedy).toMatch(remedy);
    },
  );
});

describe('of all trails together', () => {
  const noTrailLogs = 'no trail of this file is logging';
  const noTrailDoes = 'no trail of this file logs all management events of every Region';
  const regional = { ...strong, IsMultiRegionTrail: false };
  const stopped = { ...strong, IsLogging: false };
  test.each<[string, Trail[], string[]]>([
    ['none is too few', [], [noTrailLogs, noTrailDoes]],
    ['one that does all is enough', [regional, strong, stopped], []],
    ['halves do not make a whole', [regional, stopped], [noTrailDoes]],
    ['stopped ones do not count', [stopped], [noTrailLogs, noTrailDoes]],
  ])('%s', (_what, trails, findings) => {
    expect(accountWeaknesses(trails).map(({ finding }) => finding)).toEqual(findings);
  });

  test('what none of them does is grave, and comes with what to do', () => {
    expect(accountWeaknesses([])).toEqual([
      {
        severity: 'high',
        controls: ['CloudTrail.3'],
        field: 'IsLogging',
        finding: noTrailLogs,
        remedy: 'set IsLogging: true on one of them',
      },
      {
        severity: 'high',
        controls: ['CIS 4.1', 'CloudTrail.1'],
        field: 'IsMultiRegionTrail',
        finding: noTrailDoes,
        remedy: 'let one trail do so, unless a trail of another Region or of the organisation does',
      },
    ]);
  });
});
