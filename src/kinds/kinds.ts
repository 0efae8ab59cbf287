import { asText } from '../foreign/values.ts';
import type { Home } from './home.ts';
import { bucket } from './bucket/bucket.ts';
import { key } from './key/key.ts';
import { logGroup } from './log-group/log-group.ts';
import { role } from './role/role.ts';
import { topic } from './topic/topic.ts';
import type { DeclaredResource, ResourceKind, ResourceTampering } from './resource.ts';

/** Every sort of resource beside the trail that can be guarded. */
export const KINDS = { bucket, key, 'log-group': logGroup, role, topic } as const satisfies Record<
  string,
  ResourceKind
>;

export type KindName = keyof typeof KINDS;

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

/** Whether the parameters of a call name a resource. What a caller writes is compared as text, with all the names that it may have. */
export function isNamedIn(
  request: Readonly<Record<string, unknown>>,
  resource: DeclaredResource,
  home: Home,
): boolean {
  const said = kindOf(resource).naming.flatMap((parameter) => asText(request[parameter]) ?? []);
  const known = namesOf(resource, home);
  // Behind a colon stands something of it: a stream of a log group, a subscription to a topic.
  return said.some((text) => known.some((name) => text === name || text.startsWith(`${name}:`)));
}
