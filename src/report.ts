import { body } from './body.ts';
import { callOf, type Incident, story, verdictOf } from './incident.ts';
import { oneLine } from './printable.ts';
import { severityOf } from './severity.ts';
import { subject } from './subject.ts';

/** One message to the security team. */
export interface Alert {
  /** Printable ASCII, at most 99 characters. */
  readonly subject: string;
  /** Plain text, at most 256 KiB in UTF-8. */
  readonly body: string;
  /** For subscribers' filter policies. No value is empty. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The alert of an incident. Nothing in it that comes from the event can forge a line. */
export function report(incident: Incident): Alert {
  const { home } = incident;
  const call = callOf(incident);
  const trail = story(incident)[0]?.Name ?? call?.trail?.Name;
  return {
    subject: subject(incident),
    body: body(incident),
    attributes: {
      severity: severityOf(incident),
      verdict: verdictOf(incident),
      account: home.account,
      region: home.region,
      ...(call ? { eventName: call.eventName, actor: oneLine(call.actor.name, 100) } : {}),
      ...(trail ? { trail } : {}),
    },
  };
}
