import { heal } from '../../src/healing/heal.ts';
import { PassError, passText, readPass } from '../../src/incident/pass.ts';
import { eventOf } from '../fakes/samples.ts';
import { guardOf } from '../fakes/trails.ts';
import { trail, weakened } from '../stories/one-trail.ts';

test('a pass comes out of its text as it went in, errors included', async () => {
  const trails = weakened();
  trails.refuse('updateTrail', 'AccessDeniedException');
  const guard = guardOf({ trails, faults: [new TypeError('a fault')] });
  const pass = await heal(guard, eventOf('UpdateTrail', { name: trail }));
  const read = readPass(passText(pass));

  expect(JSON.parse(passText(read))).toEqual(JSON.parse(passText(pass)));
  expect(read.faults.map(({ name, message }) => [name, message])).toEqual([['TypeError', 'a fault']]);
  expect(read.outcomes[0]?.attempts[0]?.error).toBeInstanceOf(Error);
  expect(read.outcomes[0]?.attempts[0]?.error).toMatchObject({
    name: 'AccessDeniedException',
    requestId: 'request-1',
  });
});

test.each(['', 'null', '{}', '{"version":1}', '{"version":2,"outcomes":[],"requestIds":[],"faults":[]}'])(
  '%j is no pass',
  (text) => {
    expect(() => readPass(text)).toThrow(PassError);
  },
);
