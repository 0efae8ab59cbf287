import { kindOf, namesOf } from '../kinds/kinds.ts';
import type { Home } from '../kinds/home.ts';
import type { DeclaredResource, ResourceKind } from '../kinds/resource.ts';

/** An event of a function, as serverless.yml has it. */
export interface WatchedRule {
  readonly eventBridge: {
    readonly description: string;
    readonly pattern: object;
    readonly retryPolicy: object;
    readonly deadLetterQueueArn: object;
  };
}

/** What EventBridge takes for a pattern, in characters. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const LONGEST_PATTERN = 2048;

function patternOf(
  { source, naming }: ResourceKind,
  eventNames: readonly string[],
  names: readonly string[],
) {
  const alternatives = naming.map((parameter) => ({ requestParameters: { [parameter]: names } }));
  const [only] = alternatives;
  return {
    source: [`aws.${source.replace(/\.amazonaws\.com$/, '')}`],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: [source],
      // Lambda puts a date behind the names of its calls.
      eventName:
        source === 'lambda.amazonaws.com' ? eventNames.map((prefix) => ({ prefix })) : [...eventNames],
      ...(alternatives.length > 1 ? { $or: alternatives } : only),
    },
  };
}

const halves = <T>(list: readonly T[]): [T[], T[]] => {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
};

/** Patterns that EventBridge takes, as few as there can be: a longer one is parted, by its names or by its calls. */
function patternsOf(kind: ResourceKind, eventNames: readonly string[], names: readonly string[]): object[] {
  const pattern = patternOf(kind, eventNames, names);
  if (JSON.stringify(pattern).length <= LONGEST_PATTERN) return [pattern];
  if (names.length > 1 && names.length >= eventNames.length)
    return halves(names).flatMap((half) => patternsOf(kind, eventNames, half));
  return halves(eventNames).flatMap((half) => patternsOf(kind, half, names));
}

/** The rules by which calls on exactly these resources wake the function, one or more for each kind. */
export function watchedRules(guarded: readonly DeclaredResource[], home: Home): WatchedRule[] {
  const kinds = [...new Set(guarded.map(({ kind }) => kind))];
  return kinds.flatMap((name) => {
    const ofKind = guarded.filter(({ kind }) => kind === name);
    const kind = kindOf({ kind: name });
    const names = [...new Set(ofKind.flatMap((resource) => namesOf(resource, home)))];
    return patternsOf(kind, Object.keys(kind.tamperings), names).map((pattern) => ({
      eventBridge: {
        description: `Calls on the ${kind.noun}s that the trails deliver through.`,
        pattern,
        retryPolicy: { maximumEventAge: 3600, maximumRetryAttempts: 20 },
        deadLetterQueueArn: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] },
      },
    }));
  });
}
