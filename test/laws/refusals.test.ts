import fc from './fast-check.ts';
import { heal } from '../fakes/trails.ts';
import type { PIECES } from '../../src/kinds/trail/pieces.ts';
import { REFUSALS } from '../../src/kinds/trail/refusals.ts';
import type { Repair, Settings } from '../../src/kinds/trail/repair.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { baselineOf, enforcing, orgAuditTrail } from '../fakes/samples.ts';
import { type FakeTrails, guardOf } from '../fakes/trails.ts';
import {
  declaration,
  expected,
  NAME,
  type Tampering,
  tamperedWith,
  tamperings,
} from './arbitrary-tampering.ts';
import { runs } from './runs.ts';

const RUNS = runs(300);

/** The errors after which less may be asked for. */
const ERRORS = [
  ...Object.entries(REFUSALS).flatMap(([name, meaning]) => (typeof meaning === 'string' ? [] : [name])),
  'ErrorThatNoPageNames',
];

type SettingField = (typeof PIECES)[keyof typeof PIECES][number];

/** What CloudTrail refuses: a value of some fields, whichever calls set them. */
const REFUSABLE = {
  S3KeyPrefix: ['S3KeyPrefix'],
  SnsTopicName: ['SnsTopicName'],
  KmsKeyId: ['KmsKeyId'],
  CloudWatchLogs: ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'],
  EnableLogFileValidation: ['EnableLogFileValidation'],
  IsOrganizationTrail: ['IsOrganizationTrail'],
  RecursiveLogging: ['RecursiveLogging'],
  Regions: ['IsMultiRegionTrail', 'IncludeGlobalServiceEvents'],
} as const satisfies Record<string, readonly SettingField[]>;

type Refusable =
  keyof typeof REFUSABLE | 'TagsList' | 'InsightSelectors' | 'AggregationConfigurations' | 'Selectors';

const refusable = fc.constantFrom<Refusable>(
  ...(Object.keys(REFUSABLE) as (keyof typeof REFUSABLE)[]),
  'TagsList',
  'InsightSelectors',
  'AggregationConfigurations',
  'Selectors',
);

const PUTS: Partial<Record<Repair['kind'], Refusable>> = {
  putEventSelectors: 'Selectors',
  putInsightSelectors: 'InsightSelectors',
  putEventConfiguration: 'AggregationConfigurations',
  addTags: 'TagsList',
};

const holds = (settings: Settings, fields: readonly SettingField[], declared: Trail): boolean =>
  fields.some(
    (field) => settings[field] !== undefined && settings[field] !== '' && settings[field] === declared[field],
  );

/** Whether a call asks for the declared value of what is refused. */
function asksFor(repair: Repair, refused: Refusable, declared: Trail): boolean {
  if (repair.kind === 'createTrail' && refused === 'TagsList') return repair.tags.length > 0;
  if (repair.kind === 'createTrail' || repair.kind === 'updateTrail')
    return (
      refused in REFUSABLE && holds(repair.settings, REFUSABLE[refused as keyof typeof REFUSABLE], declared)
    );
  return PUTS[repair.kind] === refused;
}

const FIELDS_OF: Record<Exclude<Refusable, keyof typeof REFUSABLE>, readonly (keyof Trail)[]> = {
  TagsList: ['TagsList'],
  InsightSelectors: ['InsightSelectors'],
  AggregationConfigurations: ['AggregationConfigurations'],
  Selectors: ['EventSelectors', 'AdvancedEventSelectors'],
};

const fieldsOf = (refused: Refusable): readonly string[] =>
  refused in REFUSABLE
    ? REFUSABLE[refused as keyof typeof REFUSABLE]
    : FIELDS_OF[refused as keyof typeof FIELDS_OF];

function but(shown: unknown, fields: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(shown as object).filter(([field]) => !fields.includes(field)));
}

/** A pass that ends with what it could not mend. */
async function passOver(trails: FakeTrails, declared: Trail, sinkBucket?: string): Promise<void> {
  const config = { ...enforcing, ...(sinkBucket && { sinkBucket }) };
  await heal({}, guardOf({ trails, baseline: baselineOf(declared), config })).catch((error: unknown) => {
    if (!(error instanceof AggregateError)) throw error;
  });
}

const CALLS = [
  'createTrail',
  'updateTrail',
  'putEventSelectors',
  'putInsightSelectors',
  'putEventConfiguration',
  'addTags',
] as const;

describe('whatever somebody did to a trail, all that CloudTrail takes is as declared, and the trail logs', () => {
  const refusals = fc.uniqueArray(fc.record({ refused: refusable, error: fc.constantFrom(...ERRORS) }), {
    minLength: 1,
    maxLength: 2,
    selector: ({ refused }) => refused,
  });

  function expectAllBut(trails: FakeTrails, declared: Trail, left: readonly string[]): void {
    expect(but(trails.shows(NAME), left)).toEqual(but(expected(declared, trails), left));
    expect(trails.isLogging(NAME) === true || !declared.IsLogging).toBe(true);
  }

  async function expectAllOnceItRelents(trails: FakeTrails, declared: Trail): Promise<void> {
    trails.relent();
    await passOver(trails, declared);
    expect(trails.shows(NAME)).toEqual(expected(declared, trails));
  }

  async function expectAllThatIsTaken(
    declared: Trail,
    done: readonly Tampering[],
    refused: readonly { readonly refused: Refusable; readonly error: string }[],
  ): Promise<void> {
    const trails = tamperedWith(declared, done);
    for (const each of refused)
      for (const kind of CALLS)
        trails.refuse(kind, each.error, (repair) => asksFor(repair, each.refused, declared));
    await passOver(trails, declared);
    const left = refused.flatMap((each) => fieldsOf(each.refused));

    expectAllBut(trails, declared, left);
    await expectAllOnceItRelents(trails, declared);
  }

  test('where it refuses one or two fields, by whatever error', async () => {
    await fc.assert(fc.asyncProperty(declaration, tamperings, refusals, expectAllThatIsTaken), RUNS);
  });

  test('where it refuses the prefix as if it were the organisation, and to give that up as if it were the bucket: the bucket alone passes', async () => {
    const declared = { ...orgAuditTrail, Name: NAME, S3KeyPrefix: 'prod', IsOrganizationTrail: false };
    const settings = { S3BucketName: 'mallory-bucket', S3KeyPrefix: 'mallory', IsOrganizationTrail: true };

    await expectAllThatIsTaken(
      declared,
      [{ kind: 'updateTrail', trail: NAME, settings }],
      [
        { refused: 'IsOrganizationTrail', error: 'S3BucketDoesNotExistException' },
        { refused: 'S3KeyPrefix', error: 'CloudTrailAccessNotEnabledException' },
      ],
    );
  });

  test('where it refuses the bucket, by an error that blames it: in the sink', async () => {
    const sink = 'sink-123456789012';
    const errors = fc.constantFrom(
      'S3BucketDoesNotExistException',
      'InsufficientS3BucketPolicyException',
      'OperationNotPermittedException',
    );
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, errors, refusable, async (declared, done, error, other) => {
        const trails = tamperedWith(declared, done);
        const before = but(trails.shows(NAME) ?? {}, []) as Record<string, unknown>;
        for (const kind of CALLS) {
          trails.refuse(
            kind,
            error,
            (repair) => 'settings' in repair && repair.settings.S3BucketName === declared.S3BucketName,
          );
          trails.refuse(kind, 'InvalidParameterException', (repair) => asksFor(repair, other, declared));
        }
        await passOver(trails, declared, sink);
        const left = ['S3BucketName', 'S3KeyPrefix', ...fieldsOf(other)];

        expectAllBut(trails, declared, left);
        if (before['S3BucketName'] !== declared.S3BucketName)
          expect(trails.shows(NAME)).toMatchObject({ S3BucketName: sink });
        await expectAllOnceItRelents(trails, declared);
      }),
      RUNS,
    );
  });

  test('where one or two destinations are broken that the trail has, so that CloudTrail refuses every change of it', async () => {
    const broken = {
      KmsException: 'KmsKeyId',
      InsufficientEncryptionPolicyException: 'KmsKeyId',
      KmsKeyNotFoundException: 'KmsKeyId',
      InsufficientSnsTopicPolicyException: 'SnsTopicName',
      InvalidSnsTopicNameException: 'SnsTopicName',
      InvalidCloudWatchLogsLogGroupArnException: 'CloudWatchLogsLogGroupArn',
      InvalidCloudWatchLogsRoleArnException: 'CloudWatchLogsRoleArn',
    } as const;
    const errors = fc.subarray(Object.keys(broken) as (keyof typeof broken)[], {
      minLength: 1,
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, errors, async (declared, done, names) => {
        const trails = tamperedWith(declared, done);
        for (const name of names)
          for (const kind of ['createTrail', 'updateTrail'] as const)
            trails.refuse(kind, name, (repair) => {
              const live = kind === 'updateTrail' ? (trails.shows(NAME) as Settings | undefined) : {};
              const field = broken[name];
              const resulting = { ...live, ...('settings' in repair && repair.settings) }[field];
              return declared[field] !== undefined && resulting === declared[field];
            });
        await passOver(trails, declared);
        const left = names.flatMap((name) =>
          broken[name].startsWith('CloudWatch') ? REFUSABLE.CloudWatchLogs : [broken[name]],
        );

        expectAllBut(trails, declared, left);
        await expectAllOnceItRelents(trails, declared);
      }),
      RUNS,
    );
  });
});
