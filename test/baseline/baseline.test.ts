import { parseBaseline } from '../../src/baseline/read.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { DEFAULT_EVENT_SELECTORS } from '../../src/kinds/trail/default-selectors.ts';

/** A file with one trail, the last lines of which are given, at line 11. */
const file = (...lines: string[]): string =>
  [
    'Account: "123456789012"',
    'Region: us-east-1',
    'Trails:',
    '  - Name: audit',
    '    S3BucketName: audit-logs',
    '    IncludeGlobalServiceEvents: true',
    '    IsMultiRegionTrail: true',
    '    EnableLogFileValidation: true',
    '    # what a test is about',
    '',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');

function faults(source: string): string[] {
  try {
    parseBaseline(source, 'baselines/prod.yml');
    return [];
  } catch (error) {
    expect(error).toMatchObject({ name: 'BaselineError' });
    return (error as Error).message.split('\n').map((line) => line.replace(/^baselines\/prod\.yml:/, ''));
  }
}

const logGroup = 'CloudWatchLogsLogGroupArn: arn:aws:logs:us-east-1:123456789012:log-group:audit:*';
const logRole = 'CloudWatchLogsRoleArn: arn:aws:iam::123456789012:role/audit';
const management = '{Field: eventCategory, Equals: [Management]}';

describe('a trail may not', () => {
  test.each<[string, string[], string]>([
    [
      'have an unknown property',
      ['S3Bucket: x'],
      '11:5 trail audit: S3Bucket is not known here: remove it, or correct its name',
    ],
    ['log maybe', ['IsLogging: yes'], '11:5 trail audit: IsLogging is not true or false'],
    ['have an empty prefix', ['S3KeyPrefix: ""'], '11:5 trail audit: S3KeyPrefix is empty: leave it out'],
    ['have no prefix after all', ['S3KeyPrefix:'], '11:5 trail audit: S3KeyPrefix is empty: give a string'],
    [
      'have a number as its prefix',
      ['S3KeyPrefix: 7'],
      '11:5 trail audit: S3KeyPrefix is not a string: put it in quotes',
    ],
    [
      'have an overlong prefix',
      [`S3KeyPrefix: ${'x'.repeat(201)}`],
      '11:5 trail audit: S3KeyPrefix is longer than 200 characters',
    ],
    [
      'name its topic',
      ['SnsTopicName: log-files'],
      '11:5 trail audit: SnsTopicName is not a topic ARN: give the ARN, the form that GetTrail shows',
    ],
    [
      'name its key by an alias',
      ['KmsKeyId: alias/audit'],
      '11:5 trail audit: KmsKeyId is not a full key ARN: aliases and bare key ids never equal what GetTrail shows',
    ],
    [
      'name its log group',
      ['CloudWatchLogsLogGroupArn: audit', logRole],
      '11:5 trail audit: CloudWatchLogsLogGroupArn is not a log group ARN, like arn:aws:logs:us-east-1:123456789012:log-group:trail:*',
    ],
    [
      'name its role',
      [logGroup, 'CloudWatchLogsRoleArn: audit'],
      '12:5 trail audit: CloudWatchLogsRoleArn is not a role ARN',
    ],
    [
      'have a log group without a role',
      [logGroup],
      '11:5 trail audit: CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn go together: give both or neither',
    ],
    [
      'have a role without a log group',
      [logRole],
      '4:5 trail audit: CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn go together: give both or neither',
    ],
    [
      'have no selectors at all',
      ['EventSelectors: []'],
      '11:5 trail audit: EventSelectors is empty: CloudTrail takes 1 to 5 selectors; leave it out for the default',
    ],
    [
      'have six basic selectors',
      ['EventSelectors: [{}, {}, {}, {}, {}, {}]'],
      '11:5 trail audit: EventSelectors has more than 5 entries',
    ],
    [
      'record half of something',
      ['EventSelectors: [{ReadWriteType: Half}]'],
      '11:23 trail audit: EventSelectors.0.ReadWriteType is none of All, ReadOnly, WriteOnly',
    ],
    [
      'speak two dialects of selectors',
      ['EventSelectors: [{}]', `AdvancedEventSelectors: [{FieldSelectors: [${management}]}]`],
      '12:5 trail audit: AdvancedEventSelectors stands beside EventSelectors: a trail has one dialect, remove the other',
    ],
    [
      'have no advanced selectors in their dialect',
      ['AdvancedEventSelectors: []'],
      '11:5 trail audit: AdvancedEventSelectors is empty: leave it out for the default',
    ],
    [
      'have an advanced selector of no category',
      ['AdvancedEventSelectors:', '  - FieldSelectors: [{Field: readOnly, Equals: ["true"]}]'],
      '12:9 trail audit: AdvancedEventSelectors.0.FieldSelectors has no eventCategory, which CloudTrail asks of each selector: add Field: eventCategory, Equals: [...]',
    ],
    [
      'have a condition without values',
      ['AdvancedEventSelectors:', `  - FieldSelectors: [${management}, {Field: readOnly, Equals: []}]`],
      '12:90 trail audit: AdvancedEventSelectors.0.FieldSelectors.1.Equals is empty: leave the operator out',
    ],
    [
      'have a condition without an operator',
      ['AdvancedEventSelectors:', `  - FieldSelectors: [${management}, {Field: readOnly}]`],
      '12:72 trail audit: AdvancedEventSelectors.0.FieldSelectors.1 has no operator, so that it selects nothing: add one, like Equals: [...]',
    ],
    [
      'select management events by their name',
      ['AdvancedEventSelectors:', `  - FieldSelectors: [${management}, {Field: eventName, Equals: [x]}]`],
      '12:9 trail audit: AdvancedEventSelectors.0.FieldSelectors selects management events by eventName, which a trail cannot: use eventSource and readOnly',
    ],
    [
      'select data events of no type',
      ['AdvancedEventSelectors:', '  - FieldSelectors: [{Field: eventCategory, Equals: [Data]}]'],
      '12:9 trail audit: AdvancedEventSelectors.0.FieldSelectors selects data events of no resources.type, which CloudTrail asks for: add Field: resources.type, Equals: [...]',
    ],
    [
      'select network activity of no service',
      ['AdvancedEventSelectors:', '  - FieldSelectors: [{Field: eventCategory, Equals: [NetworkActivity]}]'],
      '12:9 trail audit: AdvancedEventSelectors.0.FieldSelectors selects network activity of no eventSource, which CloudTrail asks for: add Field: eventSource, Equals: [...]',
    ],
    [
      'have 501 values in its conditions',
      [
        'AdvancedEventSelectors:',
        `  - FieldSelectors: [${management}, {Field: eventSource, NotEquals: [${Array(500).fill('x').join()}]}]`,
      ],
      '11:5 trail audit: AdvancedEventSelectors has more than the 500 values that a trail may have in all conditions: use StartsWith, or fewer values',
    ],
    [
      'name 251 data resources',
      [
        `EventSelectors: [{DataResources: [{Type: "AWS::Lambda::Function", Values: [${Array(251).fill('x').join()}]}]}]`,
      ],
      '11:5 trail audit: EventSelectors names more than the 250 data resources that a trail may have in all: name prefixes, or use AdvancedEventSelectors',
    ],
    [
      'name data resources by a wildcard',
      ['EventSelectors: [{DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3:::*"]}]}]'],
      '11:74 trail audit: EventSelectors.0.DataResources.0.Values.0 ends in *, which CloudTrail refuses: a value is a prefix as it is, like arn:aws:s3',
    ],
    [
      'name a bucket without its slash',
      ['EventSelectors: [{DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3:::ledger"]}]}]'],
      '11:74 trail audit: EventSelectors.0.DataResources.0.Values.0 is a bucket without its slash, which CloudTrail refuses: end it in / for all objects',
    ],
    [
      'have unknown Insights',
      ['InsightSelectors: [{InsightType: Deep}]'],
      '11:25 trail audit: InsightSelectors.0.InsightType is none of ApiCallRateInsight, ApiErrorRateInsight',
    ],
    [
      'have Insights of no type',
      ['InsightSelectors: [{}]'],
      '11:24 trail audit: InsightSelectors.0.InsightType is missing: allowed are ApiCallRateInsight, ApiErrorRateInsight',
    ],
    [
      'aggregate by no template',
      ['AggregationConfigurations: [{EventCategory: Data, Templates: []}]'],
      '11:55 trail audit: AggregationConfigurations.0.Templates is empty: give at least one',
    ],
    [
      'have a tag that is reserved to AWS',
      ['TagsList: [{Key: aws:stack, Value: x}]'],
      '11:17 trail audit: TagsList.0.Key starts with aws:, which only AWS may write: leave the tag out',
    ],
    [
      'have two tags of one key',
      ['TagsList: [{Key: team}, {Key: team}]'],
      '11:5 trail audit: TagsList names team twice: keep one',
    ],
    ['have a list that is none', ['TagsList: team'], '11:5 trail audit: TagsList is not a list'],
  ])('%s', (_what, lines, fault) => {
    expect(faults(file(...lines))).toEqual([fault]);
  });

  test.each(['a', 'ab', 'a..b', 'a-_b', '-audit', 'audit.', '10.0.0.1', 'my trail', 'x'.repeat(129)])(
    'have the name %s',
    (name) => {
      expect(faults(file().replace('audit', name))).toEqual([
        `4:5 trail ${name}: Name is not a trail name: use 3 to 128 letters, digits, and single . _ - between them`,
      ]);
    },
  );

  test.each(['IncludeGlobalServiceEvents', 'IsMultiRegionTrail', 'EnableLogFileValidation'])(
    'leave %s open',
    (field) => {
      expect(faults(file().replace(`${field}: true`, '# nothing'))).toEqual([
        `4:5 trail audit: ${field} is missing: give true or false`,
      ]);
    },
  );

  test('record every Region without the global services', () => {
    expect(
      faults(file().replace('IncludeGlobalServiceEvents: true', 'IncludeGlobalServiceEvents: false')),
    ).toEqual([
      '6:5 trail audit: IncludeGlobalServiceEvents is not true on a multi-Region trail, which CloudTrail refuses: set it to true',
    ]);
  });
});

describe('a file may not', () => {
  test.each<[string, string, string[]]>([
    ['be empty', '', ['1:1 file is empty: give a mapping']],
    ['be a list', '- Account', ['1:1 file is not a mapping']],
    [
      'write the account as a number',
      'Account: 123456789012\nRegion: us-east-1\nTrails: []',
      ['1:1 Account is not a string: put it in quotes'],
    ],
    [
      'name the account',
      'Account: prod\nRegion: us-east-1\nTrails: []',
      ['1:1 Account is not an account id: write its 12 digits in quotes'],
    ],
    [
      'name a Region that cannot be',
      'Account: "123456789012"\nRegion: Virginia\nTrails: []',
      ['2:1 Region is not a Region, like us-east-1'],
    ],
    [
      'have a property of its own',
      'Account: "123456789012"\nRegion: us-east-1\nTrails: []\nStage: prod',
      ['4:1 Stage is not known here: remove it, or correct its name'],
    ],
    ['end too early', 'Account: "1', ['1:12 is not YAML: Missing closing "quote']],
    [
      'break a line within an escape',
      'Account: "\\Us:\n  a"',
      ['1:11 is not YAML: Invalid escape sequence \\Us:\\u{a}  a"'],
    ],
    ['say a thing twice', 'Account: 1\nAccount: 2', ['2:1 is not YAML: Map keys must be unique']],
    ['hold two documents', 'Account: 1\n---\nAccount: 2\n', ['2:1 is a second document: keep one']],
    [
      'refer to an anchor that it has not',
      'Trails: *trails',
      ['1:1 is not YAML: Unresolved alias (the anchor must be set before the alias): trails'],
    ],
    [
      'declare a trail twice',
      `${file()}\n${file().split('\n').slice(3).join('\n')}`,
      ['3:1 Trails declares audit twice: keep one'],
    ],
    [
      'declare more trails than a Region has room for',
      [
        file(),
        ...[1, 2, 3, 4, 5].map((n) => file().replace('audit', `audit-${n}`).split('\n').slice(3).join('\n')),
      ].join('\n'),
      ['3:1 Trails holds more than the 5 trails that CloudTrail allows in a Region'],
    ],
    [
      'declare what is no trail',
      'Account: "123456789012"\nRegion: us-east-1\nTrails:\n  - audit\n  -',
      ['4:5 trail number 1: entry is not a mapping', '5:4 trail number 2: entry is empty: give a mapping'],
    ],
  ])('%s', (_what, source, expected) => {
    expect(faults(source)).toEqual(expected);
  });
});

test('every fault is told at once, in reading order', () => {
  const source = file(
    'IsLogging: 1',
    'KmsKeyId: alias/audit',
    'TagsList: [{Key: team, Value: 7}]',
    'Owner: me',
  );
  expect(faults(source.replace('us-east-1', 'here').replace('audit-logs', 'Audit Logs'))).toEqual([
    '2:1 Region is not a Region, like us-east-1',
    '5:5 trail audit: S3BucketName is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens',
    '11:5 trail audit: IsLogging is not true or false',
    '12:5 trail audit: KmsKeyId is not a full key ARN: aliases and bare key ids never equal what GetTrail shows',
    '13:28 trail audit: TagsList.0.Value is not a string: put it in quotes',
    '14:5 trail audit: Owner is not known here: remove it, or correct its name',
  ]);
});

describe('what is left out', () => {
  const trail = (...lines: string[]): Trail | undefined =>
    parseBaseline(file(...lines), 'prod.yml').Trails[0];

  test('takes the value that CloudTrail gives it', () => {
    expect(trail()).toEqual({
      Name: 'audit',
      IsLogging: true,
      S3BucketName: 'audit-logs',
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      IsOrganizationTrail: false,
      RecursiveLogging: true,
      EventSelectors: DEFAULT_EVENT_SELECTORS,
      InsightSelectors: [],
      AggregationConfigurations: [],
      TagsList: [],
    });
  });

  test('is filled in within selectors and tags, too', () => {
    expect(
      trail(
        'EventSelectors: [{}]',
        'InsightSelectors: [{InsightType: ApiCallRateInsight}]',
        'TagsList: [{Key: pci}]',
      ),
    ).toMatchObject({
      EventSelectors: DEFAULT_EVENT_SELECTORS,
      InsightSelectors: [{ InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] }],
      TagsList: [{ Key: 'pci', Value: '' }],
    });
  });

  test('of the selectors is nothing when the other dialect is there', () => {
    expect(trail(`AdvancedEventSelectors: [{FieldSelectors: [${management}]}]`)).not.toHaveProperty(
      'EventSelectors',
    );
  });
});

test.each(['us-gov-west-1', 'us-iso-east-1', 'cn-north-1', 'eusc-de-east-1', 'ap-southeast-4'])(
  'the Region %s is one',
  (region) => {
    expect(parseBaseline(file().replace('us-east-1', region), 'prod.yml').Region).toBe(region);
  },
);

test('a log group whose ARN lacks its :* gets it, for CloudTrail takes it with that only', () => {
  const lines = [logGroup.replace(/:\*$/, ''), logRole];
  const { Trails } = parseBaseline(file(...lines), 'baselines/prod.yml');

  expect(Trails[0]?.CloudWatchLogsLogGroupArn).toBe('arn:aws:logs:us-east-1:123456789012:log-group:audit:*');
});
