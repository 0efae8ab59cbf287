import type { Evidence } from './evidence.ts';
import { html, Markup } from './html.ts';
import { SECTIONS } from './sections.ts';
import { STYLE } from './style.ts';
import { summaryTiles } from './tiles.ts';
import { timeText } from './words.ts';

/** What no browser may load or run on the page, whatever is on it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Evidence as one HTML page that needs nothing else: no script, no network. */
export function evidencePage(evidence: Evidence): string {
  const { notice, stage, account, region, from, until, madeAt } = evidence;
  const title = `CloudTrail logging evidence: ${stage}, ${timeText(from).slice(0, 10)} to ${timeText(until).slice(0, 10)}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>CloudTrail logging evidence</h1>
          <p>
            Stage ${stage}, account ${account}, ${region}. From ${timeText(from)} to ${timeText(until)}. Made
            ${timeText(madeAt)} by Trailkeeper. All times are UTC.
          </p>
          ${notice === undefined ? undefined : html`<p class="notice">${notice}</p>`}
        </header>
        ${summaryTiles(evidence)} ${SECTIONS.map((each) => each(evidence))}
        <footer>
          docs/evidence.md says how each figure is worked out. The same as data: the JSON and CSV files beside
          this page.
        </footer>
      </body>
    </html> `;
  return page.text;
}
