import type { Home } from '../kinds/home.ts';

/** https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html: each partition has a console of its own. */
const HOSTS = new Map([
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

function page({ partition, region }: Home, fragment: string): string {
  const host = HOSTS.get(partition) ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/cloudtrailv2/home?region=${region}#/${fragment}`;
}

const EVENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The Event history, at one event if its id is one: foreign text never becomes a part of a link. */
export function eventHistoryLink(home: Home, eventId?: string): string {
  return page(
    home,
    eventId && EVENT_ID.test(eventId) ? `events?EventId=${eventId}` : 'events?ReadOnly=false',
  );
}

/** The page of a trail. */
export function trailLink(home: Home, arn: string): string {
  return page(home, `trails/${encodeURIComponent(arn)}`);
}
