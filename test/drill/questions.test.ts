import { readFileSync } from 'node:fs';
import { measuredOnAws, measuredPage, QUESTIONS } from '../../src/drill/questions.ts';

const rows = readFileSync('docs/measure-on-aws.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2);

test('the questions are those of docs/measure-on-aws.md, in its order', () => {
  const asked = rows.map((row) => row.split('|')[1]?.trim());
  expect(Object.values(QUESTIONS).map(({ question }) => question)).toEqual(asked);
});

test('what was not answered says why, and the page has a row for each', () => {
  const measured = measuredOnAws({ startTime: 'a | b' }, 0, 'us-east-1');
  const of = (name: keyof typeof QUESTIONS) =>
    measured.answers.find(({ question }) => question === QUESTIONS[name].question);
  expect(of('startTime')).toMatchObject({ answer: 'a | b' });
  expect(of('chat')).toMatchObject({ open: 'needs eyes' });
  expect(of('spelling')).toMatchObject({ open: 'the drill did not come so far' });
  const page = measuredPage(measured);
  expect(page.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(rows.length + 2);
  expect(page).toContain(String.raw`| a \| b |`);
});
