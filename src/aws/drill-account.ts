import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  LookupEventsCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DescribeTableCommand,
  type DynamoDBClientConfig,
  paginateListTables,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  paginateListObjectsV2,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { drillBucket, drillEnd, drillTrail } from '../baseline/drill.ts';
import { reasonFor } from '../foreign/reason.ts';
import { type DrillAccount, DrillError, type HistoryRecord, type Told } from '../drill/account.ts';
import type { Strike } from '../drill/plan.ts';
import { asError } from '../foreign/error.ts';
import { asRecord, asText } from '../foreign/values.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import { probe } from './drill-probes.ts';
import { clockSkewOf } from './clock-skew.ts';
import { cloudTrailClient, liveTrails } from './cloudtrail.ts';
import { type Item, ledgerClient, ledgerTable, textOf } from './ledger.ts';
import { listTrails } from './list.ts';

/** Which deployment is drilled. */
export interface Deployment {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
  /** How the clients reach AWS, where it is not by the standard chain. */
  readonly connection?: Pick<DynamoDBClientConfig, 'endpoint' | 'credentials' | 'requestHandler'>;
}

/** A clock that is further off than this, in ms, would measure its own error. */
const MOST_SKEW_MS = 2000;

/** Rejects with a {@link DrillError} that says which right is missing, or what else to do. */
async function asking<T>(action: string, resource: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    const error: Error & { readonly code?: unknown } = asError(thrown);
    const reason =
      error.code === 'ENOTFOUND'
        ? `${error.message}: check --region and the network`
        : reasonFor(error.name, action, resource, error.message.split('\n')[0]);
    throw new DrillError(`${action} failed: ${reason}`, { cause: thrown });
  }
}

/** A drill changes its own trail, and no other: whatever was planned. */
function ofDrill(name: string): string {
  if (drillEnd(name) === undefined) throw new DrillError(`${name} is no drill's trail, and is left alone`);
  return name;
}

type Ledgers = Awaited<ReturnType<typeof ledgersOf>>;

/** The newest ledger of a stage, and whose it is. Rejects with a {@link DrillError}. */
async function ledgersOf({ service, stage, region, connection }: Deployment) {
  const client = ledgerClient({ ...connection, region });
  const skew = clockSkewOf(client, Date.now);
  const names: string[] = [];
  const list = async () => {
    for await (const { TableNames = [] } of paginateListTables({ client }, {})) names.push(...TableNames);
  };
  await asking('dynamodb:ListTables', '*', list());
  const prefix = `${service}-${stage}-ledger-`;
  const tables = await Promise.all(
    // As src/packaging names what outlives a stack: by two groups of the stack's id.
    names
      .filter((name) => name.startsWith(prefix) && /^[0-9a-z]+-[0-9a-z]+$/.test(name.slice(prefix.length)))
      .map((name) =>
        asking('dynamodb:DescribeTable', name, client.send(new DescribeTableCommand({ TableName: name }))),
      ),
  );
  const [newest] = tables
    .flatMap(({ Table }) => Table ?? [])
    .sort((a, b) => (b.CreationDateTime?.getTime() ?? 0) - (a.CreationDateTime?.getTime() ?? 0));
  const [, partition = '', , , account = '', resource = ''] = newest?.TableArn?.split(':') ?? [];
  if (!newest || account === '')
    throw new DrillError(
      `There is no ledger of stage ${stage} in ${region} of this account: check AWS_PROFILE and --region; if both are right, ` +
        `the stage is not deployed, or by a version without a ledger: npx serverless deploy --stage ${stage} --region ${region}`,
    );
  const off = skew() ?? 0;
  if (Math.abs(off) > MOST_SKEW_MS)
    throw new DrillError(
      `The clock of this machine is ${Math.round(Math.abs(off) / 1000)} s ${off > 0 ? 'behind' : 'ahead of'} AWS: set it, for the drill measures by it`,
    );
  return { client, name: resource.replace('table/', ''), home: { partition, region, account } };
}

/** What was told, behind an item of the chain. */
async function toldAfter({ client, name }: Ledgers, last: string): Promise<readonly Told[]> {
  const found: Told[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: name,
      ConsistentRead: true,
      KeyConditionExpression: 'kind = :kind AND id > :last',
      ExpressionAttributeValues: { ':kind': { S: 'incident' }, ':last': { S: last } },
    },
  );
  for await (const { Items = [] } of pages)
    found.push(...Items.map((item) => JSON.parse(textOf(item as Item) ?? '') as Told));
  return found;
}

/** A record of the Event history, as far as a drill reads it. */
function recordOf(text: string | undefined): HistoryRecord {
  const record = asRecord(JSON.parse(text ?? '{}'));
  const [requestId, errorCode] = [asText(record['requestID']), asText(record['errorCode'])];
  return {
    eventName: asText(record['eventName']) ?? '',
    ...(requestId && { requestId }),
    ...(errorCode && { errorCode }),
    requestParameters: asRecord(record['requestParameters']),
  };
}

/** Opens the account of a deployed stage, by the standard credential chain. Rejects with a {@link DrillError}. */
export async function drillAccount(deployment: Deployment): Promise<DrillAccount> {
  const { connection } = deployment;
  const ledgers = await ledgersOf(deployment);
  const { home } = ledgers;
  const { region } = home;
  const table = ledgerTable(ledgers.client, ledgers.name, 0, Date.now);
  const [end] = await asking('dynamodb:BatchGetItem', ledgers.name, table.read('chain', ['end']));
  const begunAfter = String(end?.value.number ?? 0).padStart(12, '0');
  const cloudTrail = cloudTrailClient({ ...connection, region });
  const trails = liveTrails(cloudTrail, home);
  // An endpoint on this machine has no names for buckets.
  const forcePathStyle = connection?.endpoint !== undefined || process.env['AWS_ENDPOINT_URL'] !== undefined;
  const s3 = new S3Client({ ...connection, region, forcePathStyle });
  const Bucket = drillBucket(home);
  const onBucket = `arn:${home.partition}:s3:::${Bucket}`;

  const hasBucket = async () => {
    try {
      await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: home.account }));
      return true;
    } catch (thrown) {
      if (['NotFound', 'NoSuchBucket'].includes(asError(thrown).name)) return false;
      return asking('s3:ListBucket', onBucket, Promise.reject(asError(thrown)));
    }
  };
  const empty = async () => {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : { Key }));
      if (Objects.length === 0) continue;
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      const [first] = Errors;
      if (first) throw Object.assign(new Error(first.Message), { name: first.Code ?? 'Error' });
    }
  };
  const send = ({ call, input }: Strike) => {
    switch (call) {
      case 'StopLogging':
        return cloudTrail.send(new StopLoggingCommand(input));
      case 'DeleteTrail':
        return cloudTrail.send(new DeleteTrailCommand(input));
      case 'UpdateTrail':
        return cloudTrail.send(new UpdateTrailCommand(input));
      case 'PutEventSelectors':
        return cloudTrail.send(
          new PutEventSelectorsCommand({
            ...input,
            AdvancedEventSelectors: structuredClone(input.AdvancedEventSelectors),
          }),
        );
    }
  };
  const strike = async (wanted: Strike) => {
    const { input } = wanted;
    const name = ofDrill('Name' in input ? input.Name : input.TrailName);
    const { $metadata } = await asking(`cloudtrail:${wanted.call}`, trailArn(home, name), send(wanted));
    return { requestId: $metadata.requestId };
  };

  return {
    home,
    held: async () => {
      const { homed, shadows } = await asking('cloudtrail:DescribeTrails', '*', listTrails(cloudTrail));
      return { homed: homed.map(({ Name }) => Name), count: homed.length + shadows.length };
    },
    hasBucket,
    makeBucket: async (policy) => {
      const input: CreateBucketCommandInput = {
        Bucket,
        BucketNamespace: 'account-regional',
        ...(region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as never },
        }),
      };
      await asking('s3:CreateBucket', onBucket, s3.send(new CreateBucketCommand(input)));
      const put = new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify(policy),
        ExpectedBucketOwner: home.account,
      });
      await asking('s3:PutBucketPolicy', onBucket, s3.send(put));
    },
    removeBucket: async () => {
      if (!(await hasBucket())) return;
      const remove = () => s3.send(new DeleteBucketCommand({ Bucket, ExpectedBucketOwner: home.account }));
      const removed = await remove().catch(asError);
      if (!(removed instanceof Error)) return;
      if (removed.name !== 'BucketNotEmpty')
        await asking('s3:DeleteBucket', onBucket, Promise.reject(removed));
      await asking('s3:DeleteObject', `${onBucket}/*`, empty());
      // A log file that comes just now is left to the next round.
      await remove().catch((thrown: unknown) => {
        if (asError(thrown).name !== 'BucketNotEmpty') throw thrown;
      });
    },
    create: async (Name) => {
      const trail = drillTrail(ofDrill(Name), home);
      const request = new CreateTrailCommand({
        Name,
        S3BucketName: trail.S3BucketName,
        IncludeGlobalServiceEvents: trail.IncludeGlobalServiceEvents,
        IsMultiRegionTrail: trail.IsMultiRegionTrail,
        TagsList: [...trail.TagsList],
      });
      await asking('cloudtrail:CreateTrail', trailArn(home, Name), cloudTrail.send(request));
      const { AdvancedEventSelectors } = trail;
      await strike({ call: 'PutEventSelectors', input: { TrailName: Name, AdvancedEventSelectors } });
      const start = new StartLoggingCommand({ Name });
      await asking('cloudtrail:StartLogging', trailArn(home, Name), cloudTrail.send(start));
    },
    strike,
    observe: (name) => trails.observe(name),
    isBegun: async (arn) =>
      (await asking('dynamodb:BatchGetItem', ledgers.name, table.read('drill', [arn]))).length > 0,
    told: () => asking('dynamodb:Query', ledgers.name, toldAfter(ledgers, begunAfter)),
    measure: (name, policy) =>
      probe(
        {
          home,
          guard: `${deployment.service}-${deployment.stage}`,
          cloudTrail,
          once: new CloudTrailClient({ ...connection, region, maxAttempts: 1 }),
          s3,
          sns: new SNSClient({ ...connection, region }),
          sqs: new SQSClient({ ...connection, region }),
          bucket: Bucket,
          hasHistoryItems: async () => (await table.list('history')).length > 0,
        },
        ofDrill(name),
        policy,
      ),
    shown: async (eventName, since) => {
      const { Events = [] } = await asking(
        'cloudtrail:LookupEvents',
        '*',
        cloudTrail.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
            StartTime: new Date(since),
            MaxResults: 50,
          }),
        ),
      );
      return Events.map(({ CloudTrailEvent }) => recordOf(CloudTrailEvent));
    },
  };
}
