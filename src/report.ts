import { body } from './body.ts';
import type { Incident } from './incident.ts';
import { callOf, story, verdictOf } from './story.ts';
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

/** What SNS takes, less the attributes and some room. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MOST_BYTES = 240 * 1024;

/** Cuts from the end, where the details are. */
function trimmed(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MOST_BYTES) return text;
  const kept = new TextDecoder().decode(bytes.subarray(0, MOST_BYTES)).replace(/\uFFFD$/, '');
  return `${kept}\n\n(cut here: the rest is in the function's log)\n`;
}

/** The alert of an incident. Nothing in it that comes from the event can forge a line. */
export function report(incident: Incident): Alert {
  const { home } = incident;
  const call = callOf(incident);
  const trail = story(incident)[0]?.Name ?? call?.trail?.Name;
  return {
    subject: subject(incident),
    body: trimmed(body(incident)),
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
