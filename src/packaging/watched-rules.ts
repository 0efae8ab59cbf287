import { kindOf, namesOf, prefixesOf } from '../kinds/kinds.ts';
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

/**
 * A name, what it begins with, or what it holds.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
type Named =
  string | { readonly prefix: string } | { readonly wildcard: string } | { readonly exists: false };

/** A parameter that lies within another, as patterns have it. */
function within(parameter: string, names: readonly Named[]): object {
  return parameter.split('.').reduceRight<object>((inner, name) => ({ [name]: inner }), names);
}

/** No call that names another one. */
function unnamed(naming: readonly string[]): object {
  return {
    requestParameters: Object.assign(
      {},
      ...naming.map((each) => within(each, [{ exists: false }])),
    ) as object,
  };
}

function patternOf(
  { source, naming, isOnlyOne }: ResourceKind,
  eventNames: readonly string[],
  names: readonly Named[],
) {
  const alternatives = [
    ...naming.map((parameter) => ({ requestParameters: within(parameter, names) })),
    ...(isOnlyOne ? [unnamed(naming)] : []),
  ];
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
function patternsOf(kind: ResourceKind, eventNames: readonly string[], names: readonly Named[]): object[] {
  const pattern = patternOf(kind, eventNames, names);
  if (JSON.stringify(pattern).length <= LONGEST_PATTERN) return [pattern];
  if (names.length > 1 && names.length >= eventNames.length)
    return halves(names).flatMap((half) => patternsOf(kind, eventNames, half));
  return halves(eventNames).flatMap((half) => patternsOf(kind, half, names));
}

const asPrefix = (name: Named): Named => (typeof name === 'string' ? { prefix: name } : name);

/** What holds `beginning` as a name, or as the last part of one, whatever it is spelled with: ARN, address, account. */
function shortened(name: string, beginning: string): Named {
  const at = name.indexOf(beginning);
  if (at < 0) return name;
  return at === 0 ? { prefix: beginning } : { wildcard: `*${name.charAt(at - 1)}${beginning}*` };
}

/**
 * Patterns that match the calls on resources of one kind, by all the names that they may have. Where many names have one beginning, that is
 * shorter, and matches what is still to be made; who is woken by a neighbour of that beginning finds nothing to do.
 */
export function patternsFor(
  resources: readonly DeclaredResource[],
  home: Home,
  beginning?: string,
): object[] {
  const [first] = resources;
  if (!first) return [];
  const kind = kindOf(first);
  const named: Named[] = [
    ...resources
      .flatMap((resource) => namesOf(resource, home))
      .map((name) => (beginning === undefined ? name : shortened(name, beginning))),
    ...resources
      .flatMap((resource) => prefixesOf(resource, home))
      .map((prefix) => (beginning === undefined ? { prefix } : asPrefix(shortened(prefix, beginning)))),
  ];
  const names = [...new Map(named.map((each) => [JSON.stringify(each), each])).values()];
  return patternsOf(kind, Object.keys(kind.tamperings), names);
}

/** The rules by which calls on exactly these resources wake the function, one or more for each kind. */
export function watchedRules(guarded: readonly DeclaredResource[], home: Home): WatchedRule[] {
  const kinds = [...new Set(guarded.map(({ kind }) => kind))];
  return kinds.flatMap((name) => {
    const ofKind = guarded.filter(({ kind }) => kind === name);
    const kind = kindOf({ kind: name });
    return patternsFor(ofKind, home).map((pattern) => ({
      eventBridge: {
        description: kind.isOnlyOne
          ? `Calls on the ${kind.noun} that nobody can undo from here.`
          : `Calls on the ${kind.noun}s that the trails deliver through.`,
        pattern,
        retryPolicy: { maximumEventAge: 3600, maximumRetryAttempts: 20 },
        deadLetterQueueArn: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] },
      },
    }));
  });
}
