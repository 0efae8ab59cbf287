import {
  contextOf,
  isOf,
  isOpen,
  isWithin,
  readGrant,
  type Wish,
  wishFaults,
} from '../../src/windows/window.ts';

const wish: Wish = {
  kind: 'trail',
  name: 'org-audit-trail',
  actor: 'arn:aws:iam::123456789012:role/Deploy',
  reason: 'CHG-4711',
  seconds: 7200,
};
const CREATED = Date.parse('2026-11-20T12:00:00Z') / 1000;
const grant = (changed: object = {}, more: object = {}) => ({
  GrantId: 'f020fe75',
  CreationDate: CREATED,
  Constraints: { EncryptionContextSubset: { ...contextOf(wish), ...changed } },
  ...more,
});

test('a grant is read as the window that was wished for, from when KMS made it', () => {
  const { seconds, ...said } = wish;
  expect(readGrant(grant())).toEqual({
    id: 'f020fe75',
    ...said,
    from: CREATED * 1000,
    until: (CREATED + seconds) * 1000,
  });
});

test.each<[string, unknown]>([
  ['longer than a day', grant({ seconds: '86401' })],
  ['without an end', grant({ seconds: '' })],
  ['of a number that is none', grant({ seconds: '1e4' })],
  ['of a negative time', grant({ seconds: '-60' })],
  ['for everybody', grant({ actor: '*' })],
  ['for every role', grant({ actor: 'arn:aws:iam::123456789012:role/*' })],
  ['for every account', grant({ actor: 'arn:aws:iam::*:role/Deploy' })],
  ['for a pattern in the middle', grant({ actor: 'arn:aws:iam::123456789012:role/D*y' })],
  [
    'for a session, which anybody may name',
    grant({ actor: 'arn:aws:sts::123456789012:assumed-role/Deploy/bob' }),
  ],
  ['for the root user', grant({ actor: 'arn:aws:iam::123456789012:root' })],
  ['on nothing', grant({ name: '' })],
  ['without a ticket', grant({ reason: '' })],
  ['with a ticket of two lines', grant({ reason: 'CHG-1\nAll is well' })],
  ['that says nothing', grant({}, { Constraints: {} })],
  ['without an id', grant({}, { GrantId: undefined })],
  ['that KMS does not date', grant({}, { CreationDate: undefined })],
  ['that is none', 'grant'],
])('a grant %s counts for nothing', (_what, given) => {
  expect(readGrant(given)).toBeUndefined();
});

test.each<[string, Partial<Wish>, string]>([
  ['no time', { seconds: 30 }, '--for'],
  ['more than a day', { seconds: 90_000 }, '--for'],
  ['a leading wildcard', { actor: '*Deploy' }, '--actor'],
  ['no ticket', { reason: '' }, '--reason'],
  ['nothing named', { kind: '', name: '' }, '--trail or --resource'],
  ['more than KMS takes', { kind: 'key', name: 'k'.repeat(400) }, 'longer than 384'],
])('a wish with %s is refused, and says what to give', (_what, changed, said) => {
  expect(wishFaults({ ...wish, ...changed }).join()).toContain(said);
});

const window = readGrant(grant());
if (!window) throw new Error('the sample is no window');

test.each([
  ['before it was opened', -1, false],
  ['when it is opened', 0, true],
  ['just before its end', 7_199_999, true],
  ['at its end', 7_200_000, false],
])('%s it is open: %s ms → %s', (_when, ms, expected) => {
  expect(isOpen(window, window.from + ms)).toBe(expected);
});

test('a call in the second in which it was opened counts as within it, for records have whole seconds', () => {
  expect([-1000, -999, 0, 7_200_000].map((ms) => isWithin(window, window.from + ms))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

const role = (issuerArn: string) => ({ name: '', shortName: '', type: 'AssumedRole', issuerArn });

test.each([
  ['a session of the role', 'role/Deploy', role('arn:aws:iam::123456789012:role/Deploy'), true],
  ['another role', 'role/Deploy', role('arn:aws:iam::123456789012:role/Deployer'), false],
  ['a role that begins alike', 'role/Deploy*', role('arn:aws:iam::123456789012:role/Deployer'), true],
  ['the role of another account', 'role/Deploy', role('arn:aws:iam::111122223333:role/Deploy'), false],
  [
    'a user',
    'user/bob',
    { name: '', shortName: '', type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/bob' },
    true,
  ],
  [
    'a session that calls itself so',
    'role/Deploy',
    { name: '', shortName: '', type: 'AssumedRole', arn: 'arn:aws:iam::123456789012:role/Deploy' },
    false,
  ],
  ['nobody', 'role/Deploy', { name: 'Deploy', shortName: 'Deploy' }, false],
])('its principal: %s', (_who, actor, by, expected) => {
  expect(isOf({ ...window, actor: `arn:aws:iam::123456789012:${actor}` }, by)).toBe(expected);
});
