import {
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { TRAIL_ATTACKS } from './attacks/trails.ts';
import { BROKEN_DESTINATIONS } from './broken-destinations.ts';
import { A_DAY_MS, differences, drill, loopsIn, mailsIn, namesMallory, type Result, sweep } from './drill.ts';
import { AUDIT_TRAIL } from './estate.ts';
import { healedIn, judge, type Ordeal, says, wholeAgain } from './ordeal.ts';
import { OUTAGES } from './outages.ts';
import { plural } from '../table.ts';

const stop = (Name: string) => new StopLoggingCommand({ Name });
const deletion = (Name: string) => new DeleteTrailCommand({ Name });

const dark: Ordeal = {
  name: 'dark',
  story:
    'EventBridge is muted, and Mallory tries every attack: one sweep each is all there is, in virtual time',
  isLong: true,
  run: async (range) => {
    const results: Result[] = [];
    for (const attack of TRAIL_ATTACKS) results.push(await drill(range, attack, true));
    const broken = results.filter(({ whole, problems }) => !whole || problems.length > 0);
    const mails = results.flatMap((result) => result.mails);
    const naming = mails.filter(namesMallory).length;
    const told = results.filter((result) => result.mails.length > 0).length;
    const but = broken.length > 0 ? ` (but for ${broken.map(({ name }) => name).join(', ')})` : '';
    return judge(
      range,
      [
        [`${results.length - broken.length} of ${results.length} attacks whole after one sweep${but}`, !but],
        [`${told} of ${results.length} told`, told === results.length],
        [`${naming} of ${mails.length} mails name Mallory and 198.51.100.7`, naming === mails.length],
      ],
      mails,
    );
  },
};

const DECOYS = ['decoy-1', 'decoy-2', 'decoy-3', 'decoy-4'];

const fullRegion: Ordeal = {
  name: 'full-region',
  story: 'Mallory deletes the trail and fills the 5 slots of the Region with decoys',
  run: async (range) => {
    const { aws, alice, mallory } = range;
    const before = aws.trails();
    const release = aws.holdEvents();
    await mallory.send(deletion(AUDIT_TRAIL));
    for (const Name of DECOYS)
      await mallory.send(new CreateTrailCommand({ Name, S3BucketName: 'mallory-bucket' }));
    release();
    await aws.idle();
    const full = aws.trails().length;
    const alert = mailsIn(aws).find(({ subject }) => /^\[CRITICAL\] .*org-audit-trail/.test(subject));
    const listed = DECOYS.filter((name) => alert && says(alert, name)).length;
    for (const name of DECOYS) await alice.send(deletion(name));
    await aws.idle();
    await sweep(range);
    // Nobody declared the decoys: to the guard they are another team's, and it rebuilds what is deleted.
    const rebuilt = aws.trails().filter(({ Name }) => DECOYS.includes(Name)).length;
    const guarded = aws.trails().filter(({ Name }) => !DECOYS.includes(Name));
    const left = differences(before, guarded);
    return judge(range, [
      [
        `critical alert lists ${listed} of ${DECOYS.length} decoys among ${full} trails`,
        listed === DECOYS.length,
      ],
      [
        `whole once Alice had deleted them, after one sweep${left.map((each) => ` ${each}`).join()}`,
        left.length === 0,
      ],
      [`${plural(rebuilt, 'decoy')} rebuilt, which nobody declared`, true],
    ]);
  },
};

const TEAM_TRAIL = 'another-teams-trail';

const undeclared: Ordeal = {
  name: 'undeclared',
  story: 'Mallory stops a trail that no baseline declares, then deletes it in another session',
  run: async (range) => {
    const { aws, alice, mallory, intrude } = range;
    await alice.send(
      new CreateTrailCommand({
        Name: TEAM_TRAIL,
        S3BucketName: 'another-bucket',
        EnableLogFileValidation: true,
        TagsList: [{ Key: 'team', Value: 'another' }],
      }),
    );
    await alice.send(new StartLoggingCommand({ Name: TEAM_TRAIL }));
    await alice.send(
      new PutEventSelectorsCommand({
        TrailName: TEAM_TRAIL,
        AdvancedEventSelectors: [
          { Name: 'Management', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        ],
      }),
    );
    await aws.idle();
    // A trail that is new is left alone.
    aws.ageHistory(A_DAY_MS);
    aws.forget();
    const before = aws.trails();
    await mallory.send(stop(TEAM_TRAIL));
    await aws.idle();
    const started = wholeAgain(range, before, 'stopped: started again');
    await intrude().cloudTrail.send(deletion(TEAM_TRAIL));
    await aws.idle();
    const mails = mailsIn(aws);
    return judge(range, [
      started,
      wholeAgain(range, before, 'deleted: rebuilt from the Event history as it was, tags and selectors too'),
      [`${plural(mails.length, 'mail')}, naming Mallory`, mails.length > 1 && mails.every(namesMallory)],
    ]);
  },
};

const ROUNDS = 20;

const tugOfWar: Ordeal = {
  name: 'tug-of-war',
  story: `Mallory stops and redirects the trail again as soon as all is quiet, ${ROUNDS} times in a row`,
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    const lostMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await mallory.send(stop(AUDIT_TRAIL));
      await mallory.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' }));
      const struckAt = performance.now();
      // CloudTrail takes one such call a second of her: time enough for the guard to finish.
      await aws.idle();
      if (differences(before, aws.trails()).length === 0) lostMs.push(healedIn(range, struckAt));
    }
    const mails = mailsIn(aws);
    const loops = loopsIn(aws);
    const struck = aws.calls.filter(({ principal, mutating }) => mutating && principal.includes('mallory'));
    return judge(range, [
      wholeAgain(range, before, `whole at the end, the last repair after ${Math.max(...lostMs)} ms at most`),
      [`whole ${lostMs.length} times of ${ROUNDS}`, lostMs.length === ROUNDS],
      [plural(loops, 'loop'), loops === 0],
      [
        `${plural(mails.length, 'mail')} for her ${struck.length} calls`,
        // Two events at once reach two containers, each of which tells of it, and each of which follows her.
        mails.length > 0 && mails.length <= 8 && mails.every(namesMallory),
      ],
    ]);
  },
};

/** The drill beyond single attacks: more is broken than a trail, or it is broken again and again. */
export const ORDEALS: readonly Ordeal[] = [
  ...OUTAGES,
  ...BROKEN_DESTINATIONS,
  fullRegion,
  undeclared,
  tugOfWar,
  dark,
];
