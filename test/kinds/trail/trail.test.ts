import { DEFAULT_EVENT_SELECTORS } from '../../../src/kinds/trail/default-selectors.ts';
import { fields } from '../../../src/kinds/trail/fields.ts';
import { isHomedAt, trailArn, trailReference } from '../../../src/kinds/trail/reference.ts';
import { allManagementEvents, home, orgAuditTrail } from '../../fakes/samples.ts';

describe('a trail is read from', () => {
  test.each([
    ['its bare name', 'org-audit-trail', { Name: 'org-audit-trail' }],
    ['a name of three characters', 'a.1', { Name: 'a.1' }],
    ['a name of 128 characters', 'a'.repeat(128), { Name: 'a'.repeat(128) }],
    [
      'its ARN',
      'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail',
      { Name: 'org-audit-trail', partition: 'aws', region: 'us-east-1', account: '123456789012' },
    ],
    [
      'an ARN of another partition',
      'arn:aws-us-gov:cloudtrail:us-gov-west-1:111122223333:trail/gov.trail_1',
      { Name: 'gov.trail_1', partition: 'aws-us-gov', region: 'us-gov-west-1', account: '111122223333' },
    ],
  ])('%s', (_what, value, reference) => {
    expect(trailReference(value)).toEqual(reference);
  });
});

describe('no trail is read from', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 42],
    ['a list', ['org-audit-trail']],
    ['an object', { Name: 'org-audit-trail' }],
    ['an empty text', ''],
    ['a name of two characters', 'ab'],
    ['a name of 129 characters', 'a'.repeat(129)],
    ['a name that ends in a hyphen', 'trail-'],
    ['a name with a space', 'org audit trail'],
    ['a name with a line break at its end', 'org-audit-trail\n'],
    ['a name with a line break inside', 'org\naudit'],
    ['a name in other letters', 'träil'],
    ['the ARN of an event data store', 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/ab-12'],
    ['the ARN of another service', 'arn:aws:s3:us-east-1:123456789012:trail/org-audit-trail'],
    ['an ARN with a line break at its end', 'arn:aws:cloudtrail:us-east-1:123456789012:trail/trail\n'],
    ['an ARN with something before it', 'x arn:aws:cloudtrail:us-east-1:123456789012:trail/trail'],
    ['an ARN whose account is too short', 'arn:aws:cloudtrail:us-east-1:12345678901:trail/trail'],
  ])('%s', (_what, value) => {
    expect(trailReference(value)).toBeUndefined();
  });
});

test.each([
  ['a bare name is at home here', {}, true],
  ['its own account and Region are home', { region: 'us-east-1', account: '123456789012' }, true],
  ['another Region is not', { region: 'eu-west-1', account: '123456789012' }, false],
  ['another account is not', { region: 'us-east-1', account: '111122223333' }, false],
])('%s', (_sentence, where, expected) => {
  expect(isHomedAt(home, { Name: 'org-audit-trail', ...where })).toBe(expected);
});

test('the ARN of a trail reads back as the trail', () => {
  expect(trailReference(trailArn(home, 'org-audit-trail'))).toEqual({ Name: 'org-audit-trail', ...home });
});

test('every field of a declaration but its name is a field that can drift', () => {
  const declared = Object.keys({ ...orgAuditTrail, EventSelectors: [] }).filter((key) => key !== 'Name');

  expect([...fields].sort()).toEqual(declared.sort());
});

test('a trail for which nobody chose selectors records all management events', () => {
  expect(DEFAULT_EVENT_SELECTORS).toEqual([allManagementEvents]);
});
