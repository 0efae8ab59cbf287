import { oneLine } from '../foreign/printable.ts';
import { isRefusal } from '../foreign/reason.ts';
import type { Home } from '../kinds/home.ts';
import { kindOf, titleOf } from '../kinds/kinds.ts';
import { loopKind } from '../kinds/resource.ts';
import type { Part } from '../kinds/trail/fields.ts';
import { trailKind } from '../kinds/trail/kind.ts';
import { recordsTrailChanges, recordsTrailReadings } from '../kinds/trail/management-events.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Examined } from './examined.ts';
import {
  again,
  ago,
  allWell,
  type Check,
  deploy,
  type Finding,
  ill,
  knowing,
  quoted,
  unanswered,
  unknown,
  well,
} from './finding.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The right that shows a part of a trail. */
const RIGHTS: Readonly<Record<Part, string>> = {
  settings: 'GetTrail',
  logging: 'GetTrailStatus',
  selectors: 'GetEventSelectors',
  insights: 'GetInsightSelectors',
  eventConfiguration: 'GetEventConfiguration',
  tags: 'ListTags',
};

/** An event that the function does not know lets it look at all that is declared, and put it back. */
const healNow = ({ service, stage, region }: Examined, name: 'heal' | 'watch'): string =>
  `aws lambda invoke --function-name ${service}-${stage}-${name} --region ${region} /dev/stdout`;

const declaredIn = ({ here }: Examined): readonly Trail[] => here.baseline?.Trails ?? [];

const fieldsOf = (drifts: readonly { readonly field: string }[]): string =>
  drifts.map(({ field }) => field).join(', ');

function unreadParts({ Name, unread }: ObservedTrail, examined: Examined): Finding[] {
  return Object.entries(unread).map(([part, errorName]) => {
    const action = `cloudtrail:${RIGHTS[part as Part]}`;
    return isRefusal(errorName)
      ? unknown(`grant ${action} on trail ${Name}`)
      : ill(`${action} failed on ${Name}: ${oneLine(errorName)}`, again(examined));
  });
}

function trailFindings(declared: Trail, observed: ObservedTrail, examined: Examined): Finding[] {
  const { Name } = declared;
  if (observed.standing !== 'homed')
    return [
      ill(
        `${Name} is ${observed.standing === 'missing' ? 'gone' : 'not homed here'}`,
        healNow(examined, 'heal'),
      ),
    ];
  const isUnread = isRefusal(observed.unread.logging ?? '');
  const drifts = trailKind(undefined)
    .drift(declared, observed)
    .filter(({ field }) => field !== 'IsLogging' || !isUnread);
  return [
    ...(drifts.length > 0 ? [ill(`${Name} differs in ${fieldsOf(drifts)}`, healNow(examined, 'heal'))] : []),
    ...unreadParts(observed, examined),
  ];
}

/** Each declared trail, beside what it is now. */
function pairs(examined: Examined, observed: readonly ObservedTrail[]) {
  return declaredIn(examined).map((declared): readonly [Trail, ObservedTrail] => [
    declared,
    observed.find(({ Name }) => Name === declared.Name) ?? {
      Name: declared.Name,
      standing: 'missing',
      state: {},
      unread: {},
      deliveryErrors: [],
    },
  ]);
}

const trails: Check = {
  question: 'Trails',
  answer: (examined) => {
    const declared = declaredIn(examined);
    if (declared.length === 0) return [well('none is declared')];
    return knowing('the trails', examined.trails, examined, (observed) =>
      allWell(
        pairs(examined, observed).flatMap(([each, found]) => trailFindings(each, found, examined)),
        `${declared.map(({ Name }) => Name).join(', ')}: every field as declared`,
      ),
    );
  },
};

const isHeard = ({ state }: ObservedTrail): boolean => state.IsLogging === true && recordsTrailChanges(state);

/** EventBridge delivers calls only while a trail records management events. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
const hearing: Check = {
  question: 'Ears',
  answer: (examined) => {
    const own = 'known' in examined.trails ? examined.trails.known.filter(isHeard) : [];
    const [first] = own;
    if (first) return [well(`EventBridge hears of calls: ${first.Name} records management events`)];
    return knowing('the trails that are not declared', examined.others, examined, (others) => {
      const other = others.find(({ hears }) => hears);
      if (other) return [well(`EventBridge hears of calls: ${oneLine(other.arn)} records management events`)];
      if ('unread' in examined.trails) return [unanswered('the trails', examined.trails.unread, examined)];
      const isDeclared = declaredIn(examined).some((trail) => trail.IsLogging && recordsTrailChanges(trail));
      const why = 'EventBridge is deaf: no trail that logs here records management events of CloudTrail';
      return [
        isDeclared
          ? ill(why, healNow(examined, 'heal'))
          : ill(`${why}; declare one in baselines/${examined.stage}.yml`, deploy(examined)),
      ];
    });
  },
};

/** The guard reads every trail at each sweep: where a trail records that, its log files cannot be further apart than this. */
const LATEST_LOG_FILE = HOUR;
/** A digest is delivered each hour, whatever happened. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html */
const LATEST_DIGEST = 3 * HOUR;

function lateness({ Name, state, times = {} }: ObservedTrail, now: number): string[] {
  const { startedLogging, deliveredLogFile, deliveredDigest } = times;
  if (!state.IsLogging || startedLogging === undefined) return [];
  const late = (what: string, delivered: number | undefined, most: number): string[] => {
    if (now - Math.max(delivered ?? 0, startedLogging) <= most) return [];
    return [
      `${Name}: the last ${what} was delivered ${delivered === undefined ? 'never' : ago(now - delivered)}`,
    ];
  };
  return [
    ...(recordsTrailReadings(state) ? late('log file', deliveredLogFile, LATEST_LOG_FILE) : []),
    ...(state.EnableLogFileValidation ? late('digest', deliveredDigest, LATEST_DIGEST) : []),
  ];
}

const delivery: Check = {
  question: 'Delivery',
  answer: (examined) => {
    if (declaredIn(examined).length === 0) return [well('no trail is declared')];
    return knowing('the trails', examined.trails, examined, (observed) => {
      const refused = observed.flatMap((trail) =>
        unreadParts(trail, examined).filter(() => trail.unread.logging),
      );
      const faults = observed.flatMap((trail) =>
        [
          ...trail.deliveryErrors.map((error) => `${trail.Name} cannot deliver ${oneLine(error)}`),
          ...lateness(trail, examined.now),
        ].map((why) =>
          ill(
            why,
            `aws cloudtrail get-trail-status --name ${quoted(trail.Name)} --region ${examined.region}`,
          ),
        ),
      );
      return allWell([...faults, ...refused], 'CloudTrail tells of no failed or late delivery');
    });
  },
};

const deliveryPath: Check = {
  question: 'Delivery path',
  answer: (examined) => {
    const { deliveryPath: parts, region, account = '' } = examined;
    const home: Home = { partition: partitionOf(examined), region, account };
    if (parts.length === 0) return [well('nothing of it is declared, and nothing watched')];
    const findings = parts.flatMap(({ declared, observed }) => {
      const title = oneLine(titleOf(declared));
      const drifts = loopKind(kindOf(declared), home).drift(declared, observed);
      const unread = Object.entries<string | undefined>(observed.unread).map(([field, said = '']) => {
        const isDenied = isRefusal(said.split(':')[0] ?? '');
        const why = `${title}: ${field} could not be read: ${oneLine(said)}`;
        return isDenied ? unknown(why) : ill(why, again(examined));
      });
      const isMendable = declared.watch === 'enforce' && observed.standing === 'here';
      const differs =
        observed.standing === 'here' ? `differs in ${fieldsOf(drifts)}` : `is ${observed.standing}`;
      const command = isMendable
        ? healNow(examined, 'watch')
        : `npm run capture -- --stage ${examined.stage} --region ${region}`;
      return [...(drifts.length > 0 ? [ill(`${title} ${differs}`, command)] : []), ...unread];
    });
    return allWell(
      findings,
      `${parts.map(({ declared }) => oneLine(titleOf(declared))).join(', ')}: as declared`,
    );
  },
};

function partitionOf({ stack }: Examined): string {
  return ('known' in stack ? stack.known.id.split(':')[1] : undefined) ?? 'aws';
}

/** Whether the trails are well, and what they deliver through. */
export const TRAIL_CHECKS: readonly Check[] = [trails, hearing, delivery, deliveryPath];
