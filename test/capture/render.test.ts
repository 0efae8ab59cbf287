import type { Baseline } from '../../src/baseline/baseline.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { renderBaseline, sameBaseline, visible } from '../../src/capture/render.ts';
import { allManagementEvents, dataTrail, orgAuditTrail } from '../fakes/samples.ts';

const baseline = (...Trails: Trail[]): Baseline => ({ Account: '123456789012', Region: 'us-east-1', Trails });

test('a rendered baseline says in reading order what does not go without saying', () => {
  const { Name, S3BucketName } = dataTrail;
  const bare: Trail = {
    Name,
    S3BucketName,
    IsLogging: false,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    EnableLogFileValidation: true,
    IsOrganizationTrail: false,
    RecursiveLogging: false,
    EventSelectors: [
      {
        ReadWriteType: 'All',
        IncludeManagementEvents: true,
        DataResources: [],
        ExcludeManagementEventSources: ['kms.amazonaws.com'],
      },
    ],
    InsightSelectors: [],
    AggregationConfigurations: [],
    TagsList: [
      { Key: 'pci', Value: '' },
      { Key: 'owner', Value: 'no\u202eone' },
    ],
  };
  expect(renderBaseline(baseline(bare))).toBe(`\
# yaml-language-server: $schema=./schema.json
# Written by npm run capture: the whole state of these trails as CloudTrail showed it; what is absent here was absent there.
# To change a trail on purpose, change it here, have it reviewed, and deploy: the trail follows.
Account: "123456789012"
Region: us-east-1
Trails:
  - Name: ${Name}
    IsLogging: false
    S3BucketName: ${S3BucketName}
    IsMultiRegionTrail: false
    IncludeGlobalServiceEvents: true
    EnableLogFileValidation: true
    RecursiveLogging: false
    EventSelectors:
      - ReadWriteType: All
        IncludeManagementEvents: true
        ExcludeManagementEventSources:
          - kms.amazonaws.com
    TagsList:
      - Key: pci
      - Key: owner
        Value: "no\\u202eone"
`);
});

test('what goes without saying is not said', () => {
  const plain = { ...dataTrail, EventSelectors: [allManagementEvents] };

  expect(renderBaseline(baseline(plain)).split('\n').slice(-8)).toEqual([
    '    S3BucketName: data-logs-123456789012',
    '    IsMultiRegionTrail: false',
    '    IncludeGlobalServiceEvents: false',
    '    EnableLogFileValidation: false',
    '    EventSelectors:',
    '      - ReadWriteType: All',
    '        IncludeManagementEvents: true',
    '',
  ]);
});

test('the alias of the account is said where there is one', () => {
  const { Account, ...others } = baseline(dataTrail);

  expect(renderBaseline({ Account, AccountAlias: 'prod', ...others })).toContain(
    'Account: "123456789012"\nAccountAlias: prod\nRegion: us-east-1\n',
  );
  expect(renderBaseline({ Account, ...others })).not.toContain('AccountAlias');
});

test('what two trails have in common is said of both', () => {
  const twins = renderBaseline(baseline(orgAuditTrail, { ...orgAuditTrail, Name: 'its-twin' }));

  expect(twins.match(/Writes to the ledger/g)).toHaveLength(2);
});

test('a long text stays on one line', () => {
  const S3KeyPrefix = 'prod '.repeat(40).trim();

  expect(renderBaseline(baseline({ ...dataTrail, S3KeyPrefix }))).toContain(`S3KeyPrefix: ${S3KeyPrefix}\n`);
});

test.each([
  ['a character of the first plane', 'a\u202eb', 'a\\u202eb'],
  ['a character beyond it', 'a\u{e0041}b', 'a\\U000e0041b'],
  ['a tabulator', 'a\tb', 'a\\u0009b'],
])('%s that cannot be seen is written out', (_what, text, seen) => {
  expect(visible(text)).toBe(seen);
});

describe('two baselines', () => {
  const { TagsList } = orgAuditTrail;
  test.each<[string, Baseline, boolean]>([
    ['that are equal', baseline(orgAuditTrail, dataTrail), true],
    ['that differ in the order of trails', baseline(dataTrail, orgAuditTrail), true],
    [
      'that differ in the order of tags',
      baseline({ ...orgAuditTrail, TagsList: TagsList.toReversed() }, dataTrail),
      true,
    ],
    ['of which one has a trail less', baseline(orgAuditTrail), false],
    [
      'of which one has a trail more',
      baseline(orgAuditTrail, dataTrail, { ...dataTrail, Name: 'other' }),
      false,
    ],
    ['of which one has another trail', baseline(orgAuditTrail, { ...dataTrail, Name: 'other' }), false],
    ['that differ in a tag', baseline({ ...orgAuditTrail, TagsList: TagsList.slice(1) }, dataTrail), false],
    ['that differ in logging', baseline(orgAuditTrail, { ...dataTrail, IsLogging: false }), false],
    ['for two accounts', { ...baseline(orgAuditTrail, dataTrail), Account: '111122223333' }, false],
    [
      'for an account that goes by an alias',
      { ...baseline(orgAuditTrail, dataTrail), AccountAlias: 'prod' },
      false,
    ],
    ['for two Regions', { ...baseline(orgAuditTrail, dataTrail), Region: 'eu-west-1' }, false],
  ])('%s', (_what, other, same) => {
    expect(sameBaseline(baseline(orgAuditTrail, dataTrail), other)).toBe(same);
  });
});
