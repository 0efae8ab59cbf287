import type { Operation, RecordForm, Request } from '../iam/call.ts';
import { readSentPolicy, type Right } from '../iam/iam.ts';
import { operationsOf, type Row } from '../operation.ts';
import { readXml, type Xml } from '../wire/xml.ts';
import type { Fields } from '../wire/request-shape.ts';
import { type Bucket, BucketError, cannedAcl, element, isPublic, NEW_BUCKET, valueIn } from './bucket.ts';
import type { S3Answer, S3Operations } from './rest-xml.ts';
import { type SubResource, SUB_RESOURCES } from './sub-resources.ts';

/** S3: all buckets, whoever owns them. */
export interface BucketService {
  readonly operations: S3Operations;
  readonly add: (buckets: readonly Bucket[]) => void;
  /** A bucket that was created here, even if it is gone by now. */
  readonly find: (name: string) => Bucket | 'gone' | undefined;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MOST_POLICY_BYTES = 20_480;

const bucketName = ({ Bucket: name }: Fields) => String(name);

/** A text of XML as records write it. */
function recorded(xml: Xml | readonly Xml[]): unknown {
  if (typeof xml === 'string') return /^(?:true|false|\d{1,15})$/.test(xml) ? JSON.parse(xml) : xml;
  if (Array.isArray(xml)) return xml.map(recorded);
  return Object.fromEntries(Object.entries(xml).map(([name, each]) => [name, recorded(each)]));
}

/** S3 without a bucket; `account` is whose Event history there is. */
export function bucketService({ account, partition }: { account: string; partition: string }): BucketService {
  const buckets = new Map<string, Bucket | 'gone'>();
  const live = (name: string) => {
    const bucket = buckets.get(name);
    return bucket === 'gone' ? undefined : bucket;
  };
  const arnOf = (name: string) => `arn:${partition}:s3:::${name}`;
  const accountOf = ({ principal }: Request) => principal.userIdentity.accountId ?? account;

  const isOurs = (request: Request) =>
    accountOf(request) === account || live(bucketName(request.input))?.owner === account;
  const asRecorded = (input: Fields): object => {
    const { Body: body, SubResource: query } = input;
    const named = {
      bucketName: bucketName(input),
      Host: `${bucketName(input)}.s3.amazonaws.com`,
      ...(typeof query === 'string' && { [query]: '' }),
      ...(typeof input['x-amz-acl'] === 'string' && { 'x-amz-acl': input['x-amz-acl'] }),
    };
    if (typeof body !== 'string') return named;
    const xml = query === 'policy' ? undefined : readXml(body);
    if (xml) return { ...named, [xml.root]: recorded(xml.content) };
    try {
      return { ...named, bucketPolicy: JSON.parse(body) as unknown };
    } catch {
      return named;
    }
  };
  const form: Partial<RecordForm> = {
    isOurs,
    requestParameters: asRecorded,
    resources: ({ input }) => {
      const owner = live(bucketName(input))?.owner;
      return [
        {
          type: 'AWS::S3::Bucket',
          ARN: arnOf(bucketName(input)),
          ...(owner !== undefined && { accountId: owner }),
        },
      ];
    },
  };

  const on = (request: Request): readonly Omit<Right, 'action'>[] => {
    const name = bucketName(request.input);
    const bucket = live(name);
    const owner = bucket?.owner ?? account;
    return [
      {
        resource: arnOf(name),
        context: { 's3:ResourceAccount': owner, 'aws:ResourceAccount': owner },
        ...(bucket && { policy: bucket.statements, isPolicyDecisive: owner !== accountOf(request) }),
      },
    ];
  };

  /** The bucket, if it is there, in this Region, and of the account that the caller expects. */
  const asked = ({ input, region }: Request, anywhere = false): Bucket => {
    const name = bucketName(input);
    const bucket = live(name);
    if (!bucket)
      throw new BucketError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
    if (!anywhere && bucket.region !== region)
      throw new BucketError(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint.',
        301,
        { Endpoint: `${name}.s3.${bucket.region}.amazonaws.com`, Bucket: name },
        { 'x-amz-bucket-region': bucket.region },
      );
    const expected = input['x-amz-expected-bucket-owner'];
    if (expected !== undefined && expected !== bucket.owner)
      throw new BucketError('AccessDenied', 'Access Denied', 403);
    return bucket;
  };
  const set = (bucket: Bucket, query: string, body: string | undefined, changed: Partial<Bucket> = {}) => {
    const bodies = new Map(bucket.bodies);
    if (body === undefined) bodies.delete(query);
    else bodies.set(query, body);
    buckets.set(bucket.name, { ...bucket, ...changed, bodies });
  };

  const putPolicy = (bucket: Bucket, body: string): S3Answer => {
    const malformed = (message: string) => new BucketError('MalformedPolicy', message, 400);
    if (!body.trimStart().startsWith('{'))
      throw malformed("Policies must be valid JSON and the first byte must be '{'");
    if (Buffer.byteLength(body) > MOST_POLICY_BYTES)
      throw malformed('Policy exceeds the maximum allowed document size.');
    const statements = readSentPolicy(body, 'MalformedPolicy');
    if (statements.some(({ principals, services }) => principals.length + services.length === 0))
      throw malformed('Missing required field Principal');
    const isOfBucket = (arn: string) =>
      arn === arnOf(bucket.name) || arn.startsWith(`${arnOf(bucket.name)}/`);
    if (!statements.every(({ resources }) => resources.every(isOfBucket)))
      throw malformed('Policy has invalid resource');
    if (isPublic(statements) && valueIn(bucket, 'publicAccessBlock', 'BlockPublicPolicy') === 'true')
      throw new BucketError(
        'AccessDenied',
        'Access Denied: public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
        403,
      );
    set(bucket, 'policy', body, { statements });
    return { status: 204 };
  };

  const isVersioned = (bucket: Bucket) => valueIn(bucket, 'versioning', 'Status') === 'Enabled';
  const invalidState = (message: string) => new BucketError('InvalidBucketState', message, 409);

  /** What S3 refuses beside what is not well-formed, by sub-resource. */
  const checks: Readonly<Record<string, (bucket: Bucket, body: string) => void>> = {
    versioning: (bucket, body) => {
      if (bucket.bodies.has('object-lock') && !body.includes('<Status>Enabled</Status>'))
        throw invalidState(
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
        );
    },
    'object-lock': (bucket) => {
      if (!isVersioned(bucket)) throw invalidState('Versioning must be enabled on the bucket');
    },
    replication: (bucket) => {
      if (!isVersioned(bucket))
        throw new BucketError('InvalidRequest', 'Versioning must be enabled on the bucket', 400);
    },
    acl: (bucket, body) => {
      if (
        valueIn(bucket, 'ownershipControls', 'Rule', 'ObjectOwnership') === 'BucketOwnerEnforced' &&
        readXml(body)?.content !== undefined &&
        body !== cannedAcl('private', bucket.owner)
      )
        throw new BucketError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
      if (
        body.includes('/groups/global/') &&
        valueIn(bucket, 'publicAccessBlock', 'BlockPublicAcls') === 'true'
      )
        throw new BucketError('AccessDenied', 'Access Denied', 403);
    },
  };

  const put = ({ query, root }: SubResource, request: Request): S3Answer => {
    const bucket = asked(request);
    const canned = request.input['x-amz-acl'];
    const body =
      query === 'acl' && typeof canned === 'string' ? cannedAcl(canned, bucket.owner) : request.input['Body'];
    if (query === 'policy') return putPolicy(bucket, typeof body === 'string' ? body : '');
    if (typeof body !== 'string' || readXml(body)?.root !== root)
      throw new BucketError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
        400,
      );
    checks[query]?.(bucket, body);
    // Logging to nowhere is none.
    set(bucket, query, query === 'logging' && !body.includes('<LoggingEnabled>') ? undefined : body);
    return {};
  };

  const get = ({ query, absent }: SubResource, request: Request): S3Answer => {
    const bucket = asked(request);
    const body = bucket.bodies.get(query);
    if (body !== undefined) return { body };
    if (typeof absent === 'function') return { body: absent(bucket) };
    throw new BucketError(absent[0], absent[1], 404, { BucketName: bucket.name });
  };

  const remove = ({ query }: SubResource, request: Request): S3Answer => {
    set(asked(request), query, undefined, query === 'policy' ? { statements: [] } : {});
    return { status: 204 };
  };

  const ofSubResource = (sub: SubResource): readonly (readonly [string, Row])[] => {
    const { query, name, recordedAs = name, action = name, canDelete } = sub;
    return [
      [
        `PUT ${query}`,
        {
          name: `Put${name}`,
          changes: { eventName: `Put${recordedAs}` },
          action: `Put${action}`,
          on,
          run: (request) => put(sub, request),
        },
      ],
      [
        `GET ${query}`,
        { name: `Get${name}`, action: `Get${action}`, on, run: (request) => get(sub, request) },
      ],
      ...(canDelete
        ? [
            [
              `DELETE ${query}`,
              {
                // Deleting what lifecycle rules there are is an operation with a name of its own.
                name: query === 'lifecycle' ? 'DeleteBucketLifecycle' : `Delete${name}`,
                changes: { eventName: `Delete${recordedAs}` },
                action: query === 'policy' ? 'DeleteBucketPolicy' : `Put${action}`,
                on,
                run: (request) => remove(sub, request),
              },
            ] as const satisfies readonly [string, Row],
          ]
        : []),
    ];
  };

  const create = (request: Request): S3Answer => {
    const { input, region } = request;
    const name = bucketName(input);
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
      throw new BucketError('InvalidBucketName', 'The specified bucket is not valid.', 400);
    const body = typeof input['Body'] === 'string' ? readXml(input['Body'])?.content : undefined;
    const named = typeof body === 'object' ? body['LocationConstraint'] : undefined;
    const constraint = typeof named === 'string' ? named : undefined;
    if ((constraint ?? 'us-east-1') !== region)
      throw new BucketError(
        'IllegalLocationConstraintException',
        `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
        400,
      );
    const owner = accountOf(request);
    const before = live(name);
    if (before && before.owner !== owner)
      throw new BucketError('BucketAlreadyExists', 'The requested bucket name is not available.', 409);
    if (before && region !== 'us-east-1')
      throw new BucketError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
      );
    if (!before) buckets.set(name, { name, owner, region, bodies: NEW_BUCKET, statements: [] });
    return { headers: { location: `/${name}` } };
  };

  const own: readonly (readonly [string, Row])[] = [
    [
      'GET /',
      {
        name: 'ListBuckets',
        action: 'ListAllMyBuckets',
        on: () => [{ resource: '*' }],
        run: (request) => {
          const { Prefix } = request.input;
          const prefix = typeof Prefix === 'string' ? Prefix : '';
          const mine = [...buckets.keys()]
            .filter((name) => live(name)?.owner === accountOf(request))
            .filter((name) => name.startsWith(prefix))
            .map((name) => `<Bucket><Name>${name}</Name></Bucket>`);
          return { body: element('ListAllMyBucketsResult', `<Buckets>${mine.join('')}</Buckets>`) };
        },
      },
    ],
    [
      'PUT',
      {
        name: 'CreateBucket',
        changes: {},
        on: ({ input }) => [{ resource: arnOf(bucketName(input)) }],
        run: create,
      },
    ],
    [
      'DELETE',
      {
        name: 'DeleteBucket',
        changes: {},
        on,
        run: (request) => {
          buckets.set(asked(request).name, 'gone');
          return { status: 204 };
        },
      },
    ],
    [
      'HEAD',
      {
        name: 'HeadBucket',
        action: 'ListBucket',
        on,
        run: (request) => ({ headers: { 'x-amz-bucket-region': asked(request).region } }),
      },
    ],
    [
      'GET location',
      {
        name: 'GetBucketLocation',
        on,
        run: (request) => {
          const { region } = asked(request, true);
          return { body: element('LocationConstraint', region === 'us-east-1' ? '' : region) };
        },
      },
    ],
    [
      'GET policyStatus',
      {
        name: 'GetBucketPolicyStatus',
        on,
        run: (request) => {
          const bucket = asked(request);
          if (!bucket.bodies.has('policy'))
            throw new BucketError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
          return {
            body: element('PolicyStatus', `<IsPublic>${String(isPublic(bucket.statements))}</IsPublic>`),
          };
        },
      },
    ],
  ];

  const rows = [...own, ...SUB_RESOURCES.flatMap(ofSubResource)];
  const operations: readonly Operation[] = operationsOf(
    {
      prefix: 's3',
      denied: { name: 'AccessDenied', status: 403 },
      statuses: {
        InternalError: 500,
        ServiceUnavailable: 503,
        SlowDown: 503,
        OperationAborted: 409,
        AccessDenied: 403,
      },
      recorded: form,
    },
    rows.map(([, row]) => row),
  );
  return {
    operations: new Map(
      rows
        .flatMap(([key], index) => [[key, operations[index]] as const])
        .filter((each): each is readonly [string, Operation] => each[1] !== undefined),
    ),
    add: (added) => {
      for (const each of added) buckets.set(each.name, each);
    },
    find: (name) => buckets.get(name),
    state: () => buckets,
  };
}
