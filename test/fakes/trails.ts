import type { Answer } from '../../src/kinds/kind.ts';
import type { Trails } from '../../src/kinds/trail/trails.ts';
import type { Survey } from '../../src/kinds/trail/trails.ts';
import type {
  AdvancedEventSelector,
  AggregationConfiguration,
  EventSelector,
  InsightSelector,
} from '../../src/kinds/trail/selector-schema.ts';
import type { Tag, Trail } from '../../src/kinds/trail/schema.ts';
import type { Clock } from '../../src/loop/clock.ts';
import { heal as healPass, type Guard, unresolved } from '../../src/healing/heal.ts';
import { passText, readPass } from '../../src/incident/pass.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { ledgerInMemory } from '../../src/telling/ledger.ts';
import { tellPass, type Teller } from '../../src/telling/tell.ts';
import { trailArn } from '../../src/kinds/trail/reference.ts';
import type { Repair, Settings } from '../../src/kinds/trail/repair.ts';
import type { Alert, Outlet } from '../../src/alert/alert.ts';
import type { ObservedTrail, Times } from '../../src/kinds/trail/observed.ts';
import type { Part } from '../../src/kinds/trail/fields.ts';
import { allManagementEvents, baselineOf, enforcing, EVENT_TIME, home, orgAuditTrail } from './samples.ts';

/** An error as the SDK throws it: its name is CloudTrail's own. */
export function awsError(name: string, message = `CloudTrail says ${name}`): Error {
  return Object.assign(new Error(message), { name });
}

type Dialect =
  | { readonly dialect: 'basic'; readonly selectors: readonly EventSelector[] }
  | { readonly dialect: 'advanced'; readonly selectors: readonly AdvancedEventSelector[] };

/** A trail inside the fake, in words of its own. */
interface FakeTrail {
  logging: boolean;
  /** What CreateTrail and UpdateTrail set; what is not set is not there. */
  settings: Map<string, string | boolean>;
  recording: Dialect;
  insights: readonly InsightSelector[];
  aggregations: readonly AggregationConfiguration[];
  tags: Map<string, string>;
}

const MAX_TRAILS = 5;
const MAX_TAGS = 50;

function setAll(trail: FakeTrail, settings: Settings): void {
  const next = new Map(trail.settings);
  for (const [field, value] of Object.entries(settings))
    if (value === '') next.delete(field);
    else next.set(field, value);
  if (next.get('IsMultiRegionTrail') === true && next.get('IncludeGlobalServiceEvents') !== true)
    throw awsError('InvalidParameterCombinationException');
  const pair = ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'];
  if (pair.filter((field) => next.has(field)).length === 1)
    throw awsError('InvalidParameterCombinationException');
  const given = pair.filter((field) => field in settings);
  if (given.length === 1) throw awsError('InvalidParameterCombinationException');
  if (!next.has('S3BucketName')) throw awsError('InvalidS3BucketNameException');
  trail.settings = next;
}

function addAll(trail: FakeTrail, tags: readonly Tag[]): void {
  const next = new Map([...trail.tags, ...tags.map(({ Key, Value }) => [Key, Value] as const)]);
  if (next.size > MAX_TAGS) throw awsError('TagsLimitExceededException');
  trail.tags = next;
}

type RepairKind = Repair['kind'];

/** Whether the `nth` call of its kind, counted from 1, is refused. */
type When = (repair: Repair, nth: number) => boolean;

interface Refusal {
  readonly kind: RepairKind;
  readonly error: Error;
  readonly when: When;
}

/**
 * CloudTrail in memory, with semantics of its own: a created trail neither logs nor has selectors of its own, stopping
 * one disables its Insights, either dialect of selectors replaces the other, an empty string clears.
 */
export class FakeTrails implements Trails {
  /** Every call in the order in which it was made, reads as `observe <name>`, repairs by their kind. */
  readonly calls: string[] = [];
  /** Every repair that was asked for, refused ones included. */
  readonly writes: Repair[] = [];
  /** The repairs that were refused, with the ids that AWS gave to the requests. */
  readonly refusals: { readonly repair: Repair; readonly requestId: string }[] = [];
  /** The repairs that were made, with the ids that AWS gave to the requests. */
  readonly answers: { readonly repair: Repair; readonly requestId: string }[] = [];
  /** Reads wait for it. */
  readGate: Promise<void> = Promise.resolve();
  /** Writes wait for it before they have any effect. */
  writeGate: Promise<void> = Promise.resolve();
  /** The error that listing the trails rejects with. */
  listingError: Error | undefined;

  readonly #trails = new Map<string, FakeTrail>();
  readonly #rules: Refusal[] = [];
  readonly #unread = new Map<string, Partial<Record<Part, string>>>();
  readonly #standing = new Map<string, Pick<ObservedTrail, 'standing' | 'owner'>>();
  readonly #times = new Map<string, Times>();
  readonly #deliveryErrors = new Map<string, readonly string[]>();
  #stale: { left: number; readonly readings: ReadonlyMap<string, ObservedTrail> } | undefined;

  /** Trails that are already as declared. */
  constructor(...declared: readonly Trail[]) {
    for (const trail of declared) this.put(trail);
  }

  /** Makes a trail as declared, without recording any call. */
  put(declared: Trail): void {
    const { Name, IsLogging, EventSelectors, AdvancedEventSelectors, ...rest } = declared;
    const { InsightSelectors, AggregationConfigurations, TagsList, ...settings } = rest;
    const given = Object.entries(settings).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, value] as const],
    );
    this.#trails.set(Name, {
      logging: IsLogging,
      settings: new Map(given),
      recording: AdvancedEventSelectors
        ? { dialect: 'advanced', selectors: AdvancedEventSelectors }
        : { dialect: 'basic', selectors: EventSelectors ?? [allManagementEvents] },
      insights: InsightSelectors,
      aggregations: AggregationConfigurations,
      tags: new Map(TagsList.map(({ Key, Value }) => [Key, Value])),
    });
  }

  /** Refuses repairs of a kind with CloudTrail's error of that name: all of them, or those that `when` picks. */
  refuse(kind: RepairKind, error: string | Error, when: When = () => true): void {
    this.#rules.push({ kind, when, error: typeof error === 'string' ? awsError(error) : error });
  }

  /** No repair is refused any more. */
  relent(): void {
    this.#rules.splice(0);
  }

  /** From now on a part of a trail cannot be read; without an error it can again. */
  hide(name: string, part: Part, error?: string): void {
    const others = Object.entries(this.#unread.get(name) ?? {}).filter(([other]) => other !== part);
    this.#unread.set(name, Object.fromEntries(error === undefined ? others : [...others, [part, error]]));
  }

  /** The trail's home is not here. */
  place(name: string, standing: 'elsewhere' | 'organization', owner: string): void {
    this.#standing.set(name, { standing, owner });
  }

  /** CloudTrail says that it cannot deliver. */
  undeliverable(name: string, ...errors: string[]): void {
    this.#deliveryErrors.set(name, errors);
  }

  /** CloudTrail says when it delivered last. */
  delivered(name: string, times: Times): void {
    this.#times.set(name, times);
  }

  /** The next readings show every trail as it stands now, whatever happens to it. */
  showStale(readings: number): void {
    this.#stale = {
      left: readings,
      readings: new Map([...this.#trails.keys()].map((name) => [name, this.#read(name)])),
    };
  }

  /** Makes a call as somebody else would: it has its effect, and is not recorded. */
  tamper(change: Repair | { readonly kind: 'stopLogging' | 'deleteTrail'; readonly trail: string }): void {
    switch (change.kind) {
      case 'stopLogging': {
        const trail = this.#trail(change.trail);
        trail.logging = false;
        trail.insights = [];
        return;
      }
      case 'deleteTrail':
        this.#trail(change.trail);
        this.#trails.delete(change.trail);
        return;
      default:
        this.#apply(change);
    }
  }

  /** Every field of a live trail as one comparable value; undefined for a trail that is not there. */
  shows(name: string): unknown {
    const trail = this.#trails.get(name);
    return (
      trail &&
      comparable({
        IsLogging: trail.logging,
        ...Object.fromEntries(trail.settings),
        ...(trail.recording.dialect === 'advanced'
          ? { AdvancedEventSelectors: trail.recording.selectors }
          : { EventSelectors: trail.recording.selectors }),
        InsightSelectors: trail.insights,
        AggregationConfigurations: trail.aggregations,
        TagsList: [...trail.tags].map(([Key, Value]) => ({ Key, Value })),
      })
    );
  }

  isLogging(name: string): boolean | undefined {
    return this.#trails.get(name)?.logging;
  }

  /** The kinds of the repairs that were asked for, in order. */
  get written(): RepairKind[] {
    return this.writes.map(({ kind }) => kind);
  }

  async observe(name: string): Promise<ObservedTrail> {
    this.calls.push(`observe ${name}`);
    await this.readGate;
    return this.#reading(name);
  }

  async observeLogging(name: string): Promise<ObservedTrail> {
    this.calls.push(`observeLogging ${name}`);
    await this.readGate;
    const { standing, state, unread, deliveryErrors } = this.#reading(name);
    return {
      Name: name,
      standing,
      state: state.IsLogging === undefined ? {} : { IsLogging: state.IsLogging },
      unread: unread.logging === undefined ? {} : { logging: unread.logging },
      deliveryErrors,
    };
  }

  async survey(names: readonly string[]): Promise<Survey> {
    this.calls.push('survey');
    await this.readGate;
    if (this.listingError) throw this.listingError;
    const homed = [...this.#trails.keys()].filter((name) => !this.#standing.has(name));
    return {
      homed,
      shadows: [...this.#standing].map(([name, { owner = '' }]) => {
        const [account = '', region = ''] = owner.split(' ');
        return trailArn({ ...home, account, region }, name);
      }),
      observed: await Promise.all(
        homed.filter((name) => names.includes(name)).map((name) => this.observe(name)),
      ),
    };
  }

  async repair(repair: Repair): Promise<Answer> {
    this.calls.push(repair.kind);
    this.writes.push(repair);
    const nth = this.writes.filter(({ kind }) => kind === repair.kind).length;
    await this.writeGate;
    const refusal = this.#rules.find(({ kind, when }) => kind === repair.kind && when(repair, nth));
    if (refusal) {
      const requestId = `request-${this.refusals.length + 1}`;
      this.refusals.push({ repair, requestId });
      throw Object.assign(awsError(refusal.error.name, refusal.error.message), { requestId });
    }
    this.#apply(repair);
    const requestId = `answer-${this.writes.length}`;
    this.answers.push({ repair, requestId });
    return { requestId };
  }

  #trail(name: string): FakeTrail {
    const trail = this.#trails.get(name);
    if (!trail) throw awsError('TrailNotFoundException');
    return trail;
  }

  #apply(repair: Repair): void {
    switch (repair.kind) {
      case 'createTrail': {
        if (this.#trails.has(repair.trail)) throw awsError('TrailAlreadyExistsException');
        if (this.#trails.size >= MAX_TRAILS) throw awsError('MaximumNumberOfTrailsExceededException');
        const made: FakeTrail = {
          logging: false,
          settings: new Map<string, string | boolean>([
            ['IsMultiRegionTrail', false],
            ['IncludeGlobalServiceEvents', true],
            ['EnableLogFileValidation', false],
            ['IsOrganizationTrail', false],
            ['RecursiveLogging', true],
          ]),
          recording: { dialect: 'basic', selectors: [allManagementEvents] },
          insights: [],
          aggregations: [],
          tags: new Map(),
        };
        setAll(made, repair.settings);
        addAll(made, repair.tags);
        this.#trails.set(repair.trail, made);
        return;
      }
      case 'startLogging':
        this.#trail(repair.trail).logging = true;
        return;
      case 'updateTrail':
        setAll(this.#trail(repair.trail), repair.settings);
        return;
      case 'putEventSelectors': {
        const trail = this.#trail(repair.trail);
        const { EventSelectors, AdvancedEventSelectors } = repair.selectors;
        if (EventSelectors && AdvancedEventSelectors) throw awsError('InvalidEventSelectorsException');
        if (AdvancedEventSelectors?.length)
          trail.recording = { dialect: 'advanced', selectors: AdvancedEventSelectors };
        else if (EventSelectors?.length) trail.recording = { dialect: 'basic', selectors: EventSelectors };
        else throw awsError('InvalidEventSelectorsException');
        return;
      }
      case 'putInsightSelectors':
        this.#trail(repair.trail).insights = repair.selectors;
        return;
      case 'putEventConfiguration':
        this.#trail(repair.trail).aggregations = repair.aggregations;
        return;
      case 'addTags':
        addAll(this.#trail(repair.trail), repair.tags);
        return;
      case 'removeTags': {
        const { tags } = this.#trail(repair.trail);
        for (const { Key } of repair.tags) tags.delete(Key);
      }
    }
  }

  #reading(name: string): ObservedTrail {
    if (!this.#stale || this.#stale.left === 0) return this.#read(name);
    this.#stale.left -= 1;
    return this.#stale.readings.get(name) ?? this.#read(name);
  }

  #read(name: string): ObservedTrail {
    const trail = this.#trails.get(name);
    if (!trail) return { Name: name, standing: 'missing', state: {}, unread: {}, deliveryErrors: [] };
    const unread = this.#unread.get(name) ?? {};
    return {
      Name: name,
      standing: 'homed',
      ...this.#standing.get(name),
      state: {
        ...(unread.logging === undefined ? { IsLogging: trail.logging } : {}),
        ...(unread.settings === undefined ? Object.fromEntries(trail.settings) : {}),
        ...(unread.selectors === undefined
          ? trail.recording.dialect === 'advanced'
            ? { AdvancedEventSelectors: [...trail.recording.selectors] }
            : { EventSelectors: [...trail.recording.selectors] }
          : {}),
        ...(unread.insights === undefined ? { InsightSelectors: [...trail.insights] } : {}),
        ...(unread.eventConfiguration === undefined
          ? { AggregationConfigurations: [...trail.aggregations] }
          : {}),
        ...(unread.tags === undefined
          ? { TagsList: [...trail.tags].map(([Key, Value]) => ({ Key, Value })) }
          : {}),
      },
      unread: { ...unread },
      times: this.#times.get(name) ?? {},
      deliveryErrors: this.#deliveryErrors.get(name) ?? [],
    };
  }
}

/** A value with its lists in one order, absences as null, and the names of the fields that have a value. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, comparable(member)]),
  );
}

/** What {@link FakeTrails.shows} must show for a trail that is as declared in every field. */
export function declaredAs(declared: Trail): unknown {
  return comparable({ ...declared, Name: undefined });
}

/** A topic that remembers, and can be out of order for a number of messages. */
export class FakeAlerts implements Outlet {
  readonly name = 'topic of a test';
  readonly sent: Alert[] = [];
  tries = 0;
  #failures = 0;

  failNext(times: number): void {
    this.#failures = times;
  }

  publish(alert: Alert): Promise<void> {
    this.tries += 1;
    if (this.#failures > 0) {
      this.#failures -= 1;
      return Promise.reject(awsError('InternalErrorException', 'SNS is out of order'));
    }
    this.sent.push(alert);
    return Promise.resolve();
  }
}

/** A clock that moves only when somebody sleeps. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #now: number;

  constructor(start = Date.parse(EVENT_TIME) + 4000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.#now += ms;
    return Promise.resolve();
  }
}

/** Both functions, with nothing between them. */
export interface FakeGuard extends Guard, Omit<Teller, keyof Guard> {
  readonly trails: FakeTrails;
  readonly alerts: FakeAlerts;
  readonly clock: FakeClock;
}

/** A guard of one declared trail, which is whole, but for what the caller passes in. */
export function guardOf(given: Partial<FakeGuard> = {}): FakeGuard {
  const { alerts = new FakeAlerts() } = given;
  return {
    baseline: baselineOf(orgAuditTrail),
    config: enforcing,
    guarded: [],
    faults: [],
    home,
    trails: new FakeTrails(orgAuditTrail),
    ports: {},
    alerts,
    outlets: [alerts],
    ledger: ledgerInMemory(),
    ledgerFault: () => undefined,
    requestIds: () => [],
    historyPaceMs: 500,
    guardRoles: ['arn:aws:iam::123456789012:role/trailkeeper-prod-heal'],
    log: () => undefined,
    measure: () => undefined,
    history: {
      page: () => Promise.resolve({ records: [] }),
      callsNamed: () => Promise.resolve([]),
      everySetting: () => Promise.resolve([]),
      callsBy: () => Promise.resolve([]),
    },
    clock: new FakeClock(),
    deadline: Number.POSITIVE_INFINITY,
    ...given,
  };
}

/** The mail of an alert as if no line had an end. */
export function textOf(alert: Alert | undefined): string {
  return alert?.bodies.email.replaceAll(/\s+/g, ' ') ?? '';
}

/** What waits in the queue between the functions, in order, each with the id of its message. */
const queues = new WeakMap<Teller['ledger'], { readonly id: string; readonly text: string }[]>();

let passes = 0;

/**
 * What both functions do about one event: heals, hands over, tells. Gives what was told of it. Rejects with an AggregateError when one of
 * the invocations would fail; what could not be told waits for the next event.
 */
export async function heal(event: unknown, guard: FakeGuard): Promise<Incident | undefined> {
  const queue = queues.get(guard.ledger) ?? [];
  queues.set(guard.ledger, queue);
  const pass = await healPass(guard, event);
  queue.push({ id: `message-${String((passes += 1))}`, text: passText(pass) });
  const errors: unknown[] = [...unresolved(guard, pass)];
  let told: Incident[] = [];
  try {
    for (let first = queue[0]; first; first = queue[0]) {
      told = await tellPass(guard, readPass(first.text), first.id);
      queue.shift();
    }
  } catch (thrown) {
    errors.unshift(thrown);
  }
  if (errors.length > 0) throw new AggregateError(errors);
  return told[0];
}
