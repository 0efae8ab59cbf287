import { chooseTrails, type ListedTrail } from '../src/listing.ts';

const listed = (Name: string, owner = '123456789012', HomeRegion = 'us-east-1'): ListedTrail => ({
  Name,
  TrailARN: `arn:aws-us-gov:cloudtrail:${HomeRegion}:${owner}:trail/${Name}`,
  HomeRegion,
  IsOrganizationTrail: owner !== '123456789012',
});

test('the home is read from the ARN of a trail of this account, and the names are in order', () => {
  const organization = listed('aaa-organisation', '111122223333');
  expect(
    chooseTrails({ homed: [organization, listed('bravo'), listed('alpha')], shadows: [] }, 'us-east-1', []),
  ).toEqual({
    home: { partition: 'aws-us-gov', region: 'us-east-1', account: '123456789012' },
    names: ['aaa-organisation', 'alpha', 'bravo'],
    skipped: [],
  });
});

test('a Region that shows shadows only names their homes', () => {
  const shadows = [listed('alpha', '123456789012', 'eu-west-1'), listed('organisation', '111122223333')];
  expect(() => chooseTrails({ homed: [], shadows }, 'us-west-2', [])).toThrow(
    'No trail of this account is homed in us-west-2: there is nothing to capture.\n' +
      '  alpha is homed in eu-west-1: capture it with --region eu-west-1, for a stage of its own\n' +
      '  organisation is an organisation trail of account 111122223333, homed in us-east-1: capture it there\n' +
      'Give the home Region of a trail with --region.',
  );
});

test('a wanted trail that is a shadow is named with its home', () => {
  const listing = { homed: [listed('alpha')], shadows: [listed('bravo', '123456789012', 'eu-west-1')] };
  expect(() => chooseTrails(listing, 'us-east-1', ['alpha', 'bravo'])).toThrow(
    'Not homed in us-east-1 of account 123456789012: bravo. There is alpha.\n' +
      '  bravo is homed in eu-west-1: capture it with --region eu-west-1, for a stage of its own',
  );
});
