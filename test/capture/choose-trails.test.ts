import { CaptureError } from '../../src/capture/capture-error.ts';
import { chooseTrails, type ListedTrail } from '../../src/capture/choose-trails.ts';

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

test('the wanted trails are chosen, and the shadows are named that are left out', () => {
  const homed = ['alpha', 'bravo', 'charlie'].map((name) => listed(name));
  const shadows = [listed('delta', '123456789012', 'eu-west-1')];

  expect(chooseTrails({ homed, shadows }, 'us-east-1', ['charlie', 'alpha'])).toMatchObject({
    names: ['alpha', 'charlie'],
    skipped: ['delta is homed in eu-west-1: capture it with --region eu-west-1, for a stage of its own'],
  });
});

test('an organisation trail tells the account where there is no other', () => {
  const organization = listed('organisation', '111122223333');

  expect(chooseTrails({ homed: [organization], shadows: [] }, 'us-east-1', []).home.account).toBe(
    '111122223333',
  );
});

test('the organisation trail of this very account is captured in its home Region', () => {
  const shadow = { ...listed('organisation', '123456789012', 'eu-west-1'), IsOrganizationTrail: true };

  expect(chooseTrails({ homed: [listed('alpha')], shadows: [shadow] }, 'us-east-1', []).skipped).toEqual([
    'organisation is homed in eu-west-1: capture it with --region eu-west-1, for a stage of its own',
  ]);
});

test('a shadow whose ARN cannot be read belongs to another account', () => {
  const shadow = { ...listed('organisation', '111122223333'), TrailARN: 'not an ARN' };

  expect(() => chooseTrails({ homed: [], shadows: [shadow] }, 'us-west-2', [])).toThrow(
    'organisation is an organisation trail of account another account, homed in us-east-1: capture it there',
  );
});

test('a Region that shows no trail at all says to create one', () => {
  expect(() => chooseTrails({ homed: [], shadows: [] }, 'us-west-2', [])).toThrow(
    new CaptureError(
      'No trail of this account is homed in us-west-2: there is nothing to capture.\n' +
        'Create a trail first (aws cloudtrail create-trail), or give another Region with --region.',
    ),
  );
});

test('a wanted trail that is nowhere is named, and so are those that are there', () => {
  const listing = {
    homed: [listed('alpha'), listed('bravo')],
    shadows: [listed('delta', '123456789012', 'eu-west-1')],
  };

  expect(() => chooseTrails(listing, 'us-east-1', ['charlie', 'echo'])).toThrow(
    new CaptureError('Not homed in us-east-1 of account 123456789012: charlie, echo. There is alpha, bravo.'),
  );
});
