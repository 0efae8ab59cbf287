import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { TRAIL_ATTACKS } from '../../local/drill/attacks/trails.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { readEvent } from '../../src/record/trigger.ts';

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

function readmeNames(): string[] {
  const rows = readFileSync('README.md', 'utf8').matchAll(/^\| `(\w+)` .*`events\/(\w+)\.json` *\|$/gm);
  return [...rows].map(([, name = '', sample]) =>
    name === sample ? name : `${name} is not ${String(sample)}`,
  );
}

describe('the list of tamperings', () => {
  test.each([
    ['the rule in serverless.yml', ruleEventNames],
    ['the samples in events/', sampleNames],
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

  test.each(known)('%s.json holds only sample accounts and addresses', (name) => {
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
