import {
  CloudTrailClient,
  GetTrailCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateGrantCommand, KMSClient } from '@aws-sdk/client-kms';
import { z } from 'zod';
import { assumedRole, type SignIn } from '../../local/aws/iam/principal.ts';
import { delay } from '../../local/aws/wire/delay.ts';
import { withoutNetwork } from '../../local/aws/wire/no-network.ts';
import { sweep } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { openVirtualRange, theWholeGuard, type VirtualRange } from '../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../local/drill/virtual-time.ts';
import { readTemplate } from '../../local/aws/stack/template.ts';
import { readSources } from '../../src/aws/evidence.ts';
import { openedWindows, windowPlace } from '../../src/aws/opened-windows.ts';
import { evidenceOf } from '../../src/evidence/evidence.ts';
import type { Wish } from '../../src/windows/window.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { subjects } from '../local/drill/on-range.ts';
import { packageElsewhere, type PackagedElsewhere } from '../packages/package-elsewhere.ts';

const ONCALL = 'arn:aws:iam::123456789012:role/Oncall';
const DEPLOY = 'arn:aws:iam::123456789012:role/Deploy';
const MINUTE = 60_000;
const wish: Wish = { kind: 'trail', name: AUDIT_TRAIL, actor: DEPLOY, reason: 'CHG-4711', seconds: 900 };

let built: PackagedElsewhere;
beforeAll(async () => {
  const params = { windowPrincipals: ONCALL, alertEmail: 'security@example.com' };
  built = await packageElsewhere({ stage: 'windows', partition: 'aws', region: 'us-east-1', params });
}, 60_000);
afterAll(() => built.remove());

test('the template lets the principals alone assume the role, with MFA, and the role alone open and close', () => {
  const text = readFileSync(join(built.directory, 'cloudformation-template-update-stack.json'), 'utf8');
  const deployment = {
    account: '123456789012',
    partition: 'aws',
    region: 'us-east-1',
    stackName: 'trailkeeper-windows',
    parameters: {},
  };
  const template = readTemplate(JSON.parse(text), deployment);
  const role = template.read(
    'WindowRole',
    z.object({
      MaxSessionDuration: z.number(),
      AssumeRolePolicyDocument: z.unknown(),
      Policies: z.array(z.unknown()),
    }),
  );
  expect(role).toMatchObject({
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: [ONCALL] },
          Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      ],
    },
  });
  expect(JSON.stringify(role.Policies)).not.toContain('kms:');
  const { KeyPolicy } = template.read(
    'WindowKey',
    z.object({ KeyPolicy: z.object({ Statement: z.array(z.record(z.string(), z.unknown())) }) }),
  );
  const arn = template.attribute('WindowRole', 'Arn');
  const giving = KeyPolicy.Statement.filter(
    ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes('kms:CreateGrant'),
  );
  expect(giving.map(({ Principal }) => Principal)).toEqual([{ AWS: arn }]);
  expect(KeyPolicy.Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['kms:CreateGrant', 'kms:RevokeGrant', 'kms:RetireGrant'],
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': arn } },
    }),
  );
});

/** The package, deployed, and the people. */
async function world(range: VirtualRange) {
  const { aws, stack } = range;
  const connection = (who: SignIn) => ({
    region: aws.region,
    credentials: aws.signIn(who),
    endpoint: 'http://127.0.0.1:9',
    requestHandler: withoutNetwork(aws.answer, 5000) as never,
  });
  const arn = stack.roles.find(({ name }) => name.includes('WindowRole'))?.arn ?? '';
  const oncall = connection({
    userIdentity: assumedRole(aws.account, arn.split('/').at(-1) ?? '', 'alice'),
    role: arn,
  });
  const place = await windowPlace(oncall, stack.deployment.stackName, Date.now);
  const session = (role: string, who: string) =>
    connection({ userIdentity: assumedRole(aws.account, role, who) });
  const trails = (role: string, who: string) => new CloudTrailClient(session(role, who));
  const after = async (ms: number) => {
    await aws.idle();
    await delay(ms);
    await aws.idle();
  };
  return {
    ...range,
    arn,
    place,
    oncall,
    session,
    trails,
    after,
    windows: openedWindows(oncall, place),
    prefix: async () => (await range.alice.getTrail({ Name: AUDIT_TRAIL })).Trail?.S3KeyPrefix,
  };
}

const inWorld = (use: (given: Awaited<ReturnType<typeof world>>) => Promise<void>) =>
  inVirtualTime(async () => use(await world(await openVirtualRange(built.directory, {}, theWholeGuard))));

const setPrefix = (S3KeyPrefix: string) => new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3KeyPrefix });

test('through the deployed package, a window is opened, used, attacked, and over', async () => {
  await inWorld(async ({ aws, alice, windows, trails, after, prefix, session }) => {
    const declared = await prefix();
    const id = await windows.open(wish);
    await after(MINUTE);
    await trails('Deploy', 'bob').send(setPrefix('elsewhere'));
    await after(MINUTE);
    expect(await prefix()).toBe('elsewhere');

    const mallory = trails('Admin', 'mallory');
    await mallory.send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
    await after(MINUTE);
    await mallory.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' }));
    await after(MINUTE);
    await sweep({ aws });
    expect(await prefix()).toBe('elsewhere');
    const { Trail } = await alice.send(new GetTrailCommand({ Name: AUDIT_TRAIL }));
    expect(Trail?.S3BucketName).toBe('example-org-audit-logs');
    // Whoever stops a trail switches its Insights off: nobody has set them, and they are not approved.
    const { InsightSelectors = [] } = await alice.getInsightSelectors({ TrailName: AUDIT_TRAIL });
    expect(InsightSelectors).not.toEqual([]);
    expect((await windows.list()).map((window) => window.id)).toEqual([id]);

    await after(15 * MINUTE);
    await sweep({ aws });
    expect(await prefix()).toBe(declared);
    expect(subjects({ aws })).toEqual([
      expect.stringMatching(/^\[LOW\] trail org-audit-trail: change window CHG-4711 opened/),
      expect.stringMatching(/^\[LOW\] org-audit-trail changed by bob, stands by CHG-4711/),
      expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by mallory, restored/),
      expect.stringMatching(/^\[HIGH\] org-audit-trail changed by mallory, restored/),
      expect.stringMatching(/^\[LOW\] trail org-audit-trail: change window CHG-4711 ended, as declared/),
    ]);
    expect(aws.problems).toEqual([]);

    const now = Date.now();
    const evidence = evidenceOf(
      await readSources({
        service: 'trailkeeper',
        stage: 'windows',
        region: aws.region,
        declared: [AUDIT_TRAIL],
        period: { from: now - 24 * 60 * MINUTE, until: now },
        without: { metrics: 'there are none' },
        commits: { known: [] },
        now: () => now,
        connection: session('Auditor', 'ada'),
        historyPaceMs: 0,
        stillToldMs: 0,
      }),
    );
    expect(evidence.windows).toEqual([
      expect.objectContaining({
        id,
        on: 'trail org-audit-trail',
        openedBy: expect.stringContaining('session alice') as string,
        verdict: 'restored',
        isClosed: false,
        changes: [expect.stringMatching(/UpdateTrail by role Deploy, session bob/)],
      }),
    ]);
    expect(evidence.incidents).toHaveLength(2);
    expect(evidence.gaps.filter(({ about }) => about === 'change windows')).toEqual([]);
  });
});

describe('an intruder with all rights of an administrator', () => {
  const grantOf = (KeyId: string, GranteePrincipal: string) =>
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal,
      Operations: ['Encrypt'],
      Constraints: {
        EncryptionContextSubset: {
          kind: 'trail',
          name: AUDIT_TRAIL,
          actor: DEPLOY,
          reason: 'x',
          seconds: '60',
        },
      },
    });

  test('opens no window', async () => {
    await inWorld(async ({ session, place, arn }) => {
      for (const role of ['Admin', 'OrganizationAccountAccessRole', `${arn.split('/').at(-1) ?? ''}x`])
        await expect(new KMSClient(session(role, 'mallory')).send(grantOf(place.key, arn))).rejects.toThrow(
          /not authorized/,
        );
    });
  });

  // Who could put the trust back, could open a window: neither the guard's functions may.
  test('who lets herself into the window role is told at once, and that nobody but a deployment puts her out', async () => {
    await inWorld(async ({ aws, arn, after, intrude }) => {
      const RoleName = arn.split('/').at(-1) ?? '';
      await intrude().iam.updateAssumeRolePolicy({
        RoleName,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
        }),
      });
      await after(MINUTE);
      expect(subjects({ aws })).toEqual([
        expect.stringMatching(/^\[CRITICAL\] role .* trust changed by mallor/),
      ]);
      expect(JSON.stringify(aws.messages)).toContain('npx serverless deploy puts it back');
      await sweep({ aws });
      expect(aws.refusedActions()).toEqual([]);
    });
  });
});
