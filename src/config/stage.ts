/** The framework shortens the names of rules that are longer than 64 characters, and the queue's policy would not know them. */
const LONGEST_STAGE = 40;

/**
 * What is wrong with a stage's name, which becomes a part of a stack's name and of others; undefined where nothing is.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
export function stageFault(stage: string): string | undefined {
  if (stage.length <= LONGEST_STAGE && /^[A-Za-z0-9-]+$/.test(stage)) return undefined;
  return `stage is ${JSON.stringify(stage)}: allowed are ${LONGEST_STAGE} letters, digits and hyphens at most`;
}
