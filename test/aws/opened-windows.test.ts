import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { openedWindows, windowPlace } from '../../src/aws/opened-windows.ts';
import type { Wish } from '../../src/windows/window.ts';
import { emptyAws } from '../local/aws/signed-in.ts';

const role = 'arn:aws:iam::123456789012:role/trailkeeper-drill-window';
const wish: Wish = {
  kind: 'trail',
  name: 'org-audit-trail',
  actor: 'arn:aws:iam::123456789012:role/Deploy*',
  reason: 'CHG-4711',
  seconds: 7200,
};

async function withKey(Policy?: string) {
  const { as } = emptyAws();
  const { KeyMetadata } = await new KMSClient(as('alice')).send(
    new CreateKeyCommand({ Policy, BypassPolicyLockoutSafetyCheck: true }),
  );
  return openedWindows(as('alice'), { key: KeyMetadata?.Arn ?? '', role });
}

test('a window is opened, listed and closed', async () => {
  const windows = await withKey();
  const id = await windows.open(wish);
  const { seconds, ...said } = wish;
  const [window, ...others] = await windows.list();
  expect(others).toEqual([]);
  expect(window).toMatchObject({ id, ...said });
  expect((window?.until ?? 0) - (window?.from ?? 0)).toBe(seconds * 1000);
  await windows.close(id);
  expect(await windows.list()).toEqual([]);
});

test('whoever may not is told which role to assume', async () => {
  const windows = await withKey(JSON.stringify({ Version: '2012-10-17', Statement: [] }));
  for (const asked of [windows.open(wish), windows.list(), windows.close('f020fe75')])
    await expect(asked).rejects.toThrow(`assume ${role}`);
});

const NOW = Date.parse('2026-11-20T12:00:00Z');

function stackOf(status: number, body: string, ahead = 0) {
  const headers = { date: new Date(NOW + ahead).toUTCString() };
  const handle = () =>
    Promise.resolve({ response: { statusCode: status, headers, body: Buffer.from(body) } });
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  const connection = { region: 'us-east-1', credentials, requestHandler: { handle } as never };
  return windowPlace(connection, 'trailkeeper-prod', () => NOW);
}

const described = (outputs: string) =>
  '<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>trailkeeper-prod</StackName>' +
  `<CreationTime>2026-11-20T12:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs}</Outputs>` +
  '</member></Stacks></DescribeStacksResult></DescribeStacksResponse>';
const output = (key: string, value: string) =>
  `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
const refused = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

test('the stack says where the windows are', async () => {
  const outputs =
    output('WindowKey', 'arn:aws:kms:us-east-1:123456789012:key/1') + output('WindowRole', role);
  await expect(stackOf(200, described(outputs))).resolves.toEqual({
    key: 'arn:aws:kms:us-east-1:123456789012:key/1',
    role,
  });
});

test.each([
  ['behind', 6],
  ['ahead of', -6],
])('a clock that is %s AWS would show what is open as over, and is refused', async (said, minutes) => {
  await expect(stackOf(200, described(''), minutes * 60_000)).rejects.toThrow(
    `The clock of this machine is 6 minutes ${said} AWS: set it`,
  );
});

test.each([
  ['has none', 200, described(''), 'windowPrincipals'],
  ['is not there', 400, refused('ValidationError'), 'check --stage, --region and the account'],
  ['may not be seen', 403, refused('AccessDenied'), 'assume'],
  ['is asked with credentials that have expired', 403, refused('ExpiredToken'), 'have expired'],
])('a stack that %s: status %s', async (_what, status, body, said) => {
  await expect(stackOf(status, body)).rejects.toThrow(said);
});
