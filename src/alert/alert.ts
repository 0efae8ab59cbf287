import { mail } from './mail.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Report } from '../report/schema.ts';

/** One message to the security team, in every form that a subscriber may take. */
export interface Alert {
  /** Printable ASCII, at most 99 characters. */
  readonly subject: string;
  /** What SNS sends by each protocol. https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html */
  readonly bodies: {
    /** The report as JSON: to queues, functions and HTTPS. */
    readonly default: string;
    readonly email: string;
    readonly sms: string;
  };
  /** For subscribers' filter policies. No value is empty. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly report: Report;
}

/** A way out for alerts: the topic of the security team, or what a deployment has chosen beside it. */
export interface Outlet {
  /** As people know it, for errors. */
  readonly name: string;
  /** Sends one alert; rejects with the service's error when every try failed. */
  publish(alert: Alert): Promise<void>;
}

/** What SNS takes, less the attributes and some room. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MOST_BYTES = 240 * 1024;

function attributesOf({
  severity,
  verdict,
  account,
  region,
  call,
  trails,
  resources,
}: Report): Alert['attributes'] {
  const [resource] = resources;
  const trail = trails[0]?.name ?? call?.trail ?? resource?.trails[0];
  return {
    severity,
    verdict,
    account: account.id,
    region,
    ...(call ? { eventName: call.eventName, actor: oneLine(call.actor.name, 100) } : {}),
    ...(trail ? { trail } : {}),
    ...(resource ? { resource: oneLine(resource.title, 200) } : {}),
  };
}

function rendered(report: Report): Alert {
  const { subject } = report;
  const bodies = { default: JSON.stringify(report), email: mail(report), sms: subject };
  return { subject, bodies, attributes: attributesOf(report), report };
}

function bytesOf({ bodies }: Alert): number {
  return new TextEncoder().encode(JSON.stringify(bodies)).length;
}

/** What can be left out, what hurts least first. */
const CUTS: readonly (readonly [what: string, cut: (report: Report) => Report])[] = [
  [
    'all but the first 20 other calls of the actor',
    ({ aftermath, ...report }) =>
      aftermath
        ? {
            ...report,
            aftermath: {
              ...aftermath,
              calls: aftermath.calls.slice(0, 20),
              more: aftermath.more + Math.max(aftermath.calls.length - 20, 0),
            },
          }
        : report,
  ],
  [
    'all but the first 3 items of each changed field',
    (report) => ({
      ...report,
      trails: report.trails.map((trail) => ({
        ...trail,
        changes: trail.changes.map(({ field, before, found, now, gone, added }) => ({
          field,
          before: before.slice(0, 3),
          found: found.slice(0, 3),
          now: now.slice(0, 3),
          ...(gone && { gone: gone.slice(0, 3) }),
          ...(added && { added: added.slice(0, 3) }),
        })),
      })),
    }),
  ],
  [
    'the changes of all but the first 5 resources',
    (report) => ({
      ...report,
      resources: report.resources.map((resource, index) =>
        index < 5 ? resource : { ...resource, changes: [], repairs: [], remarks: [] },
      ),
    }),
  ],
  ['all but the first 20 calls', (report) => ({ ...report, calls: report.calls.slice(0, 20) })],
  [
    'all but the first 20 repairs of each trail',
    (report) => ({
      ...report,
      trails: report.trails.map((trail) => ({ ...trail, repairs: trail.repairs.slice(0, 20) })),
    }),
  ],
  [
    'all but 20 lines of what is still broken, and of the faults',
    (report) => ({
      ...report,
      stillBroken: report.stillBroken.slice(0, 20),
      faults: report.faults.slice(0, 20),
      summary: report.summary.slice(0, 20),
    }),
  ],
  ['all but the first 5 trails', (report) => ({ ...report, trails: report.trails.slice(0, 5) })],
];

/**
 * The alert of a report. One that SNS would not take is cut where it hurts least until it fits, and says so: in every form
 * the most important lines stay.
 */
export function alertOf(report: Report): Alert {
  let alert = rendered(report);
  let cut = report;
  for (const [what, leaveOut] of CUTS) {
    if (bytesOf(alert) <= MOST_BYTES) break;
    cut = { ...leaveOut(cut), trimmed: [...(cut.trimmed ?? []), what] };
    alert = rendered(cut);
  }
  return alert;
}
