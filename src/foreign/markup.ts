/** The same character of full width: it looks alike, and no client takes it for markup. */
function fullWidth(character: string): string {
  return String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0);
}

/**
 * A text that stays text in Slack and in Teams: no emphasis, link, mention or emoji comes of it. The two have no escape in
 * common, so what could be markup is written in full width. The underscores within names are none, nor are the colons of ARNs.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function unmarked(text: string): string {
  return text.replace(
    /[*~`<>|[\]@&\\]|(?<![a-z\d])_|_(?![a-z\d])|(?<!\w):(?!\d{12}:)(?=[\w+'-]+:)/gi,
    fullWidth,
  );
}

/** A text as code: it shows as it is, to be copied, and whose words they are is plain to see. */
export function quoted(text: string): string {
  return `\`${text.replace(/[`<>&]|@(?=here|channel|everyone)/gi, fullWidth)}\``;
}
