import { html, type Markup, type Part } from './html.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Part;
  /** Text breaks wherever it must; a number or what is to be kept does not. */
  readonly looks?: 'text' | 'number' | 'time' | 'keep';
}

/** A table, a row for each. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title, looks }) => html`<th scope="col" class="${looks ?? 'text'}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(({ cell, looks }) => html`<td class="${looks ?? 'text'}">${cell(row)}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A heading stands on one sheet with its note and its picture, where it has one. */
export function section(title: string, note: string, content: Part, figure?: Markup): Markup {
  return html`<section>
    <div class="together">
      <h2>${title}</h2>
      <p class="note">${note}</p>
      ${figure && html`<figure>${figure}</figure>`}
    </div>
    ${content}
  </section>`;
}

/** What is said beside something. */
export const small = (text: Part): Markup => html`<small>${text}</small>`;
