import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { TRAIL_ATTACKS } from '../../local/drill/attacks/trails.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { DELIVERY_NAMES, DESTINATIONS } from '../../local/drill/estate.ts';
import { isCallOn } from '../../src/record/call.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import { home } from '../fakes/samples.ts';

const known = Object.keys(TAMPERINGS).sort();

function ruleEventNames(): string[] {
  const document = parseDocument(readFileSync('serverless.yml', 'utf8'), { logLevel: 'silent' });
  const path = ['functions', 'heal', 'events', 0, 'eventBridge', 'pattern', 'detail', 'eventName'];
  return (document.getIn(path) as { toJSON: () => string[] }).toJSON();
}

function sampleNames(): string[] {
  const files = readdirSync('events').filter((file) => file.endsWith('.json'));
  return files.map((file) => file.replace(/\.json$/, ''));
}

/** One sample of each kind that trails deliver through. */
const DELIVERY_SAMPLES: readonly (readonly [string, string])[] = [
  ['PutBucketPolicy', 'bucket'],
  ['DisableKey', 'key'],
  ['DeleteLogGroup', 'log-group'],
  ['PutRolePolicy', 'role'],
  ['SetTopicAttributes', 'topic'],
];
const samples = [...known, ...DELIVERY_SAMPLES.map(([name]) => name)];

function readmeNames(): string[] {
  const rows = readFileSync('README.md', 'utf8').matchAll(/^\| `(\w+)` .*`events\/(\w+)\.json` *\|$/gm);
  return [...rows].map(([, name = '', sample]) =>
    name === sample ? name : `${name} is not ${String(sample)}`,
  );
}

describe('the list of tamperings', () => {
  test.each([
    ['the rule in serverless.yml', ruleEventNames],
    [
      'the samples in events/',
      () => sampleNames().filter((name) => !DELIVERY_SAMPLES.some(([each]) => each === name)),
    ],
    ['the attacks of the drill', () => [...new Set(TRAIL_ATTACKS.flatMap(({ calls }) => calls))]],
    ["the README's table", readmeNames],
  ])('is what %s know', (_, names) => {
    expect(names().sort()).toEqual(known);
  });
});

describe('a sample event', () => {
  test.each(known)('%s.json is read as the tampering that it is named for', (name) => {
    const nudge = readEvent(JSON.parse(readFileSync(`events/${name}.json`, 'utf8')));
    expect(nudge).toMatchObject({
      kind: 'tampering',
      call: {
        eventName: name,
        trail: { Name: name === 'CreateTrail' ? 'backup-trail' : 'org-audit-trail' },
        sourceIp: '198.51.100.7',
      },
    });
  });

  test.each(DELIVERY_SAMPLES)('%s.json is read as a call on the %s that the drill declares', (name, kind) => {
    const nudge = readEvent(JSON.parse(readFileSync(`events/${name}.json`, 'utf8')));
    const { bucket, key, topic } = DESTINATIONS;
    const named = { bucket, key, topic, 'log-group': DELIVERY_NAMES.logGroup, role: DELIVERY_NAMES.role };
    const resource = { kind, name: Object.entries(named).find(([each]) => each === kind)?.[1] ?? '' };
    expect(nudge).toMatchObject({
      kind: 'tampering',
      call: { eventName: name, kind, sourceIp: '198.51.100.7' },
    });
    const call = calledBy(nudge);
    const declared = { ...resource, purpose: 'delivery', watch: 'enforce', trails: [], fields: {} } as const;
    expect(call && isCallOn(call, declared, home)).toBe(true);
  });

  test.each(samples)('%s.json holds only sample accounts and addresses', (name) => {
    const text = readFileSync(`events/${name}.json`, 'utf8');
    const accounts = [...text.matchAll(/\b\d{12}\b/g)].map(([account]) => account);
    expect(new Set(accounts.filter((account) => !/^0+\d$/.test(account)))).toEqual(new Set(['123456789012']));
  });
});

describe('the attacks of the drill', () => {
  test('have names of their own', () => {
    const names = TRAIL_ATTACKS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
