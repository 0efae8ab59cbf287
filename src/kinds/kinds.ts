import { asRecord, asText, asTexts } from '../foreign/values.ts';
import { alarm } from './alarm/alarm.ts';
import { lambdaFunction } from './function/function.ts';
import { bucket } from './bucket/bucket.ts';
import { dashboard } from './dashboard/dashboard.ts';
import type { Home } from './home.ts';
import { key } from './key/key.ts';
import { logGroup } from './log-group/log-group.ts';
import { managedPolicy } from './managed-policy/managed-policy.ts';
import { organization } from './organization/organization.ts';
import { queue } from './queue/queue.ts';
import type { DeclaredResource, ResourceKind, ResourceTampering } from './resource.ts';
import { role } from './role/role.ts';
import { rule } from './rule/rule.ts';
import { stack } from './stack/stack.ts';
import { subscription } from './subscription/subscription.ts';
import { table } from './table/table.ts';
import { topic } from './topic/topic.ts';
import { schedule } from './schedule/schedule.ts';

/** Every sort of resource beside the trail that can be guarded. */
export const KINDS = {
  alarm,
  bucket,
  dashboard,
  function: lambdaFunction,
  key,
  'log-group': logGroup,
  'managed-policy': managedPolicy,
  organization,
  queue,
  role,
  rule,
  schedule,
  stack,
  table,
  topic,
  // Its calls are on topics, too, which more of them are declared as.
  subscription,
} as const satisfies Record<string, ResourceKind>;

export type KindName = keyof typeof KINDS;

/** A kind that a function can look at. */
export type ReadableKind = Exclude<KindName, 'organization'>;

/** The kind of a resource. Throws an Error for one that is not known, which no reader of a declaration lets through. */
export function kindOf({ kind }: Pick<DeclaredResource, 'kind'>): ResourceKind {
  if (!Object.hasOwn(KINDS, kind)) throw new Error(`No kind of resource is called ${kind}`);
  return KINDS[kind as KindName];
}

/** What a call does, and to which kind of resource. */
export interface KnownCall extends ResourceTampering {
  readonly kind: KindName;
}

/** Some services put the date of their API behind the name of a call: `AddPermission20150331v2`. */
const DATED = /\d{8}(?:v\d+)?$/;

/** What a call of a service does to a kind of resource; undefined where it tampers with none. */
export function knownCall(source: unknown, eventName: string): KnownCall | undefined {
  const name = eventName.replace(DATED, '');
  for (const [kind, { source: service, tamperings }] of Object.entries<ResourceKind>(KINDS)) {
    const tampering = service === source && Object.hasOwn(tamperings, name) ? tamperings[name] : undefined;
    if (tampering) return { kind: kind as KindName, ...tampering };
  }
  return undefined;
}

/** How people know a resource: by its kind, and the last part of its name. */
export function titleOf(resource: Pick<DeclaredResource, 'kind' | 'name' | 'fields'>): string {
  const alias = asText(resource.fields['AliasName']);
  return `${kindOf(resource).noun} ${alias ?? resource.name.replace(/^arn:.*[:/]/, '')}`;
}

/** All the names by which calls may mean a resource. */
export function namesOf(resource: DeclaredResource, home: Home): readonly string[] {
  return kindOf(resource).names?.(resource, home) ?? [resource.name];
}

/** What the names begin with of what belongs to a resource. */
export function prefixesOf(resource: DeclaredResource, home: Home): readonly string[] {
  return kindOf(resource).prefixes?.(resource, home) ?? [];
}

/** Whether the parameters of a call name a resource, or what belongs to it. What a caller writes is compared as text, with all the names. */
export function isNamedIn(
  request: Readonly<Record<string, unknown>>,
  resource: DeclaredResource,
  home: Home,
): boolean {
  const said = kindOf(resource).naming.flatMap((parameter) => {
    const value = parameter.split('.').reduce<unknown>((outer, inner) => asRecord(outer)[inner], request);
    return Array.isArray(value) ? asTexts(value) : (asText(value) ?? []);
  });
  if (said.length === 0 && kindOf(resource).isOnlyOne) return true;
  const [names, prefixes] = [namesOf(resource, home), prefixesOf(resource, home)];
  return said.some((text) => names.includes(text) || prefixes.some((prefix) => text.startsWith(prefix)));
}

/** The part that a call changes of a resource of a kind; undefined where it tampers with none. */
export function partChanged(kind: string, eventName: string): string | undefined {
  const { tamperings } = kindOf({ kind });
  const name = eventName.replace(DATED, '');
  return Object.hasOwn(tamperings, name) ? tamperings[name]?.part : undefined;
}

/** Whether a call, whatever kind it was first taken to be on, is one that tampers with another one, too: who unsubscribes strikes topic and subscription. */
export function isCallOf(kind: string, call: { readonly kind: string; readonly eventName: string }): boolean {
  if (kind === call.kind) return true;
  if (!Object.hasOwn(KINDS, call.kind)) return false;
  const { source, tamperings } = kindOf({ kind });
  return kindOf(call).source === source && Object.hasOwn(tamperings, call.eventName.replace(DATED, ''));
}
